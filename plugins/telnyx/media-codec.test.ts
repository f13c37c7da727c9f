import { describe, expect, it } from '@jest/globals'
import { FRAME_BYTES, isMalformedFrameError } from '../../src/provider-kit/index.ts'
import { createMediaCodec } from './media-codec.ts'

const codec = createMediaCodec()
const streamId = '32DE0DEA-53CB-4B21-89A4-9E1819C043BC'
const payload = Buffer.from(Array.from({ length: FRAME_BYTES }, (_, index) => (index * 7) & 0xff))

const mediaFrame = (media: Record<string, unknown> = {}) =>
  JSON.stringify({
    event: 'media',
    sequence_number: '4',
    media: { track: 'inbound', chunk: '2', timestamp: '5', payload: payload.toString('base64'), ...media },
    stream_id: streamId,
  })

const startFrame = (format: Record<string, unknown> = {}, start: Record<string, unknown> = {}) =>
  JSON.stringify({
    event: 'start',
    sequence_number: '1',
    start: {
      user_id: '3E6F995F-85F7-4705-9741-53B116D28237',
      call_control_id: 'v2:T02l',
      from: '+13122010094',
      to: '+13122123456',
      media_format: { encoding: 'PCMU', sample_rate: 8000, channels: 1, ...format },
      ...start,
    },
    stream_id: streamId,
  })

describe('parse', () => {
  it('reads the frames that Telnyx documents', () => {
    expect(codec.parse('{"event":"connected","version":"1.0.0"}')).toEqual({ type: 'connected' })
    expect(codec.parse(mediaFrame())).toEqual({ type: 'media', chunk: 2, payload })
    expect(codec.parse(mediaFrame({ track: 'outbound' }))).toEqual({ type: 'ignored' })
    expect(
      codec.parse('{"event":"dtmf","stream_id":"s","occurred_at":"x","sequence_number":"5","dtmf":{"digit":"#"}}'),
    ).toEqual({
      type: 'dtmf',
      digit: '#',
    })
    expect(codec.parse('{"event":"mark","stream_id":"s","sequence_number":"5","mark":{"name":"turn-7"}}')).toEqual({
      type: 'mark',
      name: 'turn-7',
    })
    expect(codec.parse('{"event":"stop","sequence_number":"5","stop":{"user_id":"u","call_control_id":"c"}}')).toEqual({
      type: 'stop',
    })
    expect(codec.parse('{"event":"something_new"}')).toEqual({ type: 'ignored' })
  })

  it.each([
    ['PCMU', 'mulaw'],
    ['audio/x-mulaw', 'mulaw'],
    ['PCMA', 'alaw'],
    ['audio/x-alaw', 'alaw'],
  ])('reads a start in %s as %s', (encoding, expected) => {
    expect(codec.parse(startFrame({ encoding }))).toEqual({
      type: 'start',
      carrierCallId: 'v2:T02l',
      streamId,
      format: { encoding: expected, sampleRate: 8000 },
    })
  })

  it('reads both forms of an error', () => {
    const details = '{"code":100003,"title":"malformed_frame","detail":"no payload"}'
    const expected = { type: 'error', code: '100003', message: 'malformed_frame: no payload' }
    expect(codec.parse(`{"event":"error","stream_id":"s","payload":${details}}`)).toEqual(expected)
    expect(codec.parse(`{"event":"error","error":${details.replace('100003', '"100003"')}}`)).toEqual(expected)
  })

  it.each([
    ['no JSON', '{"event":"media"'],
    ['an array', '[]'],
    ['null', 'null'],
    ['no event', '{}'],
    ['an event that is a number', '{"event":7}'],
    ['media without its object', '{"event":"media"}'],
    ['media that is an array', '{"event":"media","media":[]}'],
    ['no payload', mediaFrame({ payload: undefined })],
    ['an empty payload', mediaFrame({ payload: '' })],
    ['a payload with a foreign character', mediaFrame({ payload: 'AA*A' })],
    ['a payload with a line break', mediaFrame({ payload: 'AAAA\nAAA' })],
    ['a payload without its padding', mediaFrame({ payload: 'AAA' })],
    ['a payload in base64url', mediaFrame({ payload: 'AA-_' })],
    ['padding in the middle', mediaFrame({ payload: 'AA==AAAA' })],
    ['no chunk', mediaFrame({ chunk: undefined })],
    ['a chunk below zero', mediaFrame({ chunk: '-1' })],
    ['a chunk that is no whole number', mediaFrame({ chunk: 1.5 })],
    ['an unknown track', mediaFrame({ track: 'sideways' })],
    ['a start without a call', startFrame({}, { call_control_id: undefined })],
    ['a start without a format', startFrame({}, { media_format: undefined })],
    ['a codec that is not G.711', startFrame({ encoding: 'G722' })],
    ['a codec named like a property of every object', startFrame({ encoding: 'constructor' })],
    ['another sample rate', startFrame({ sample_rate: 16_000 })],
    ['two channels', startFrame({ channels: 2 })],
    ['a mark without a name', '{"event":"mark","mark":{}}'],
    ['a key that no telephone has', '{"event":"dtmf","dtmf":{"digit":"12"}}'],
    ['an error without details', '{"event":"error"}'],
    ['an error without a code', '{"event":"error","payload":{"title":"x"}}'],
  ])('throws MalformedFrameError on %s', (_name, message) => {
    let thrown: unknown
    try {
      codec.parse(message)
    } catch (error) {
      thrown = error
    }
    expect(isMalformedFrameError(thrown)).toBe(true)
  })
})

describe('what goes to Telnyx', () => {
  it('is written as documented, without a stream id', () => {
    expect(JSON.parse(codec.media(payload))).toEqual({ event: 'media', media: { payload: payload.toString('base64') } })
    expect(JSON.parse(codec.mark('turn-"7"'))).toEqual({ event: 'mark', mark: { name: 'turn-"7"' } })
    expect(JSON.parse(codec.clear())).toEqual({ event: 'clear' })
  })

  it('takes a view into a larger buffer', () => {
    const view = new Uint8Array(Buffer.concat([Buffer.alloc(3, 1), payload, Buffer.alloc(5, 2)])).subarray(
      3,
      3 + FRAME_BYTES,
    )
    expect(JSON.parse(codec.media(view))).toMatchObject({ media: { payload: payload.toString('base64') } })
  })

  it('refuses less than 20 ms and more than 30 s', () => {
    expect(() => codec.media(payload.subarray(1))).toThrow(RangeError)
    expect(() => codec.media(Buffer.alloc(240_001))).toThrow(RangeError)
    expect(codec.media(Buffer.alloc(240_000))).toContain('"media"')
  })
})
