import { describe, expect, it } from '@jest/globals'
import { instructions } from './instructions.ts'

const PROLOG = '<?xml version="1.0" encoding="UTF-8"?>'
const request = (path: string) => ({ path, headers: {}, rawBody: Buffer.alloc(0), url: 'https://patchbay.example/' })

describe('the answers to a webhook', () => {
  it('are TwiML, to voice alone', () => {
    expect(instructions.awaitsInstructions(request('voice'))).toBe(true)
    expect(instructions.awaitsInstructions(request('status'))).toBe(false)
    expect(instructions.hangUp()).toEqual({
      status: 200,
      contentType: 'text/xml; charset=utf-8',
      body: `${PROLOG}<Response><Hangup/></Response>`,
    })
    expect(instructions.acknowledge().body).toBe(`${PROLOG}<Response/>`)
    expect(instructions.reject({ cause: 'busy' }).body).toBe(`${PROLOG}<Response><Reject reason="busy"/></Response>`)
    expect(instructions.reject({ cause: 'rejected' }).body).toContain('<Reject reason="rejected"/>')
  })

  it('open a stream, its URL escaped', () => {
    expect(instructions.startStream({ streamUrl: `wss://patchbay.example/media/twilio/a&b'"<c>` }).body).toBe(
      `${PROLOG}<Response><Connect><Stream url="wss://patchbay.example/media/twilio/a&amp;b&apos;&quot;&lt;c&gt;"/></Connect></Response>`,
    )
  })

  it.each([
    ['a query string', 'wss://patchbay.example/media?token=1'],
    ['an empty query string', 'wss://patchbay.example/media?'],
    ['a fragment', 'wss://patchbay.example/media#1'],
    ['another protocol', 'https://patchbay.example/media'],
    ['no address', 'media'],
  ])('refuse a stream URL with %s', (_name, streamUrl) => {
    expect(() => instructions.startStream({ streamUrl })).toThrow(TypeError)
  })
})
