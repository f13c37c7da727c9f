import { beforeEach, describe, expect, it } from '@jest/globals'
import { FRAME_BYTES, isMalformedFrameError } from '../../src/provider-kit/index.ts'
import { createMediaCodec } from './media-codec.ts'
import type { MediaCodec } from '../../src/provider-kit/index.ts'

const STREAM = `MZ${'0c'.repeat(16)}`
const CALL = `CA${'0a'.repeat(16)}`
const payload = Buffer.from(Array.from({ length: FRAME_BYTES }, (_, index) => (index * 7) & 0xff))

const mediaFrame = (media: Record<string, unknown> = {}, frame: Record<string, unknown> = {}) =>
  JSON.stringify({
    event: 'media',
    sequenceNumber: '3',
    media: { track: 'inbound', chunk: '1', timestamp: '5', payload: payload.toString('base64'), ...media },
    streamSid: STREAM,
    ...frame,
  })

const startFrame = (
  format: Record<string, unknown> = {},
  start: Record<string, unknown> = {},
  frame: Record<string, unknown> = {},
) =>
  JSON.stringify({
    event: 'start',
    sequenceNumber: '1',
    start: {
      accountSid: `AC${'1f'.repeat(16)}`,
      streamSid: STREAM,
      callSid: CALL,
      tracks: ['inbound'],
      mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1, ...format },
      customParameters: {},
      ...start,
    },
    streamSid: STREAM,
    ...frame,
  })

let codec: MediaCodec

beforeEach(() => {
  codec = createMediaCodec()
})

const isMalformed = (parse: () => unknown): boolean => {
  try {
    parse()
  } catch (error) {
    return isMalformedFrameError(error)
  }
  return false
}

describe('parse', () => {
  it('reads the frames that Twilio documents', () => {
    expect(codec.parse('{"event":"connected","protocol":"Call","version":"1.0.0"}')).toEqual({ type: 'connected' })
    expect(codec.parse(startFrame())).toEqual({
      type: 'start',
      carrierCallId: CALL,
      streamId: STREAM,
      format: { encoding: 'mulaw', sampleRate: 8000 },
    })
    expect(codec.parse(mediaFrame())).toEqual({ type: 'media', chunk: 1, payload })
    expect(codec.parse(mediaFrame({ track: 'outbound' }))).toEqual({ type: 'ignored' })
    const about = `"sequenceNumber":"5","streamSid":"${STREAM}"`
    expect(codec.parse(`{"event":"dtmf",${about},"dtmf":{"track":"inbound_track","digit":"#"}}`)).toEqual({
      type: 'dtmf',
      digit: '#',
    })
    expect(codec.parse(`{"event":"mark",${about},"mark":{"name":"turn-7"}}`)).toEqual({ type: 'mark', name: 'turn-7' })
    expect(codec.parse(`{"event":"stop",${about},"stop":{"accountSid":"AC","callSid":"CA"}}`)).toEqual({ type: 'stop' })
    expect(codec.parse('{"event":"something_new"}')).toEqual({ type: 'ignored' })
  })

  it.each([
    ['no JSON', '{"event":"media"'],
    ['an array', '[]'],
    ['null', 'null'],
    ['no event', '{}'],
    ['an event that is a number', '{"event":7}'],
    ['media without its object', '{"event":"media"}'],
    ['no payload', mediaFrame({ payload: undefined })],
    ['an empty payload', mediaFrame({ payload: '' })],
    ['a payload with a foreign character', mediaFrame({ payload: 'AA*A' })],
    ['a payload with a line break', mediaFrame({ payload: 'AAAA\nAAA' })],
    ['a payload without its padding', mediaFrame({ payload: 'AAA' })],
    ['a payload in base64url', mediaFrame({ payload: 'AA-_' })],
    ['no chunk', mediaFrame({ chunk: undefined })],
    ['a chunk below zero', mediaFrame({ chunk: '-1' })],
    ['an unknown track', mediaFrame({ track: 'sideways' })],
    ['media of another stream', mediaFrame({}, { streamSid: `MZ${'0d'.repeat(16)}` })],
    ['a second start', startFrame()],
    ['a mark without a name', '{"event":"mark","mark":{}}'],
    ['a key that no telephone has', '{"event":"dtmf","dtmf":{"digit":"12"}}'],
  ])('throws MalformedFrameError on %s', (_name, message) => {
    codec.parse(startFrame())
    expect(isMalformed(() => codec.parse(message))).toBe(true)
  })

  it.each([
    ['without a call', startFrame({}, { callSid: undefined })],
    ['with a call that is none', startFrame({}, { callSid: '../Calls' })],
    ['without a stream', startFrame({}, { streamSid: undefined })],
    ['with two streams', startFrame({}, {}, { streamSid: `MZ${'0d'.repeat(16)}` })],
    ['without a format', startFrame({}, { mediaFormat: undefined })],
    ['in another codec', startFrame({ encoding: 'audio/l16' })],
    ['at another sample rate', startFrame({ sampleRate: 16_000 })],
    ['with two channels', startFrame({ channels: 2 })],
  ])('throws MalformedFrameError on a start %s', (_name, message) => {
    expect(isMalformed(() => codec.parse(message))).toBe(true)
  })
})

describe('what goes to Twilio', () => {
  it('repeats the SID of the stream', () => {
    codec.parse(startFrame())
    expect(JSON.parse(codec.media(payload))).toEqual({
      event: 'media',
      streamSid: STREAM,
      media: { payload: payload.toString('base64') },
    })
    expect(JSON.parse(codec.mark('turn-"7"'))).toEqual({ event: 'mark', streamSid: STREAM, mark: { name: 'turn-"7"' } })
    expect(JSON.parse(codec.clear())).toEqual({ event: 'clear', streamSid: STREAM })
  })

  it('takes a view into a larger buffer', () => {
    codec.parse(startFrame())
    const view = new Uint8Array(Buffer.concat([Buffer.alloc(3, 1), payload, Buffer.alloc(5, 2)])).subarray(
      3,
      3 + FRAME_BYTES,
    )
    expect(JSON.parse(codec.media(view))).toMatchObject({ media: { payload: payload.toString('base64') } })
  })

  it('cannot be written before the stream has a SID, nor without audio', () => {
    expect(() => codec.media(payload)).toThrow('has not started')
    expect(() => codec.mark('a')).toThrow('has not started')
    expect(() => codec.clear()).toThrow('has not started')
    codec.parse(startFrame())
    expect(() => codec.media(new Uint8Array())).toThrow(RangeError)
  })

  it('belongs to one socket', () => {
    codec.parse(startFrame())
    expect(() => createMediaCodec().clear()).toThrow('has not started')
  })
})
