import { BYTES_PER_MS, FRAME_BYTES, MalformedFrameError } from '../../src/provider-kit/index.ts'
import { isObject, optionalString } from './shape.ts'
import type { AudioEncoding, MediaCodec, MediaEvent } from '../../src/provider-kit/index.ts'

/** Longest audio that one frame to Telnyx may carry, in bytes: 30 s. */
const MAX_MEDIA_BYTES = 30_000 * BYTES_PER_MS

/** The names of G.711 in `media_format.encoding`; the MIME forms are from Telnyx's older documentation. */
const STREAM_ENCODINGS: Readonly<Record<string, AudioEncoding>> = {
  PCMU: 'mulaw',
  'audio/x-mulaw': 'mulaw',
  PCMA: 'alaw',
  'audio/x-alaw': 'alaw',
}

const malformed = (what: string) => new MalformedFrameError(`Telnyx media frame: ${what}`)

const objectAt = (frame: Record<string, unknown>, name: string): Record<string, unknown> => {
  const value = frame[name]
  if (!isObject(value)) throw malformed(`${name} is not an object`)
  return value
}

const stringAt = (source: Record<string, unknown>, name: string): string => {
  const value = source[name]
  if (typeof value !== 'string' || value === '') throw malformed(`${name} is not a string`)
  return value
}

/** Node skips what is not base64, so the length it decodes to is what tells that nothing was skipped. */
const decodeBase64 = (text: string): Buffer => {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const decoded = Buffer.from(text, 'base64')
  const isWhole = text.length % 4 === 0 && decoded.length === (text.length / 4) * 3 - padding
  if (!isWhole || text.includes('-') || text.includes('_')) throw malformed('media.payload is not base64')
  return decoded
}

const readChunk = (value: unknown): number => {
  const chunk = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  if (typeof chunk !== 'number' || !Number.isSafeInteger(chunk) || chunk < 0)
    throw malformed('media.chunk is not a count')
  return chunk
}

const readMedia = (frame: Record<string, unknown>): MediaEvent => {
  const media = objectAt(frame, 'media')
  const payload = decodeBase64(stringAt(media, 'payload'))
  const chunk = readChunk(media.chunk)
  if (media.track === 'inbound') return { type: 'media', chunk, payload }
  if (media.track === 'outbound') return { type: 'ignored' }
  throw malformed('media.track is neither inbound nor outbound')
}

const readStart = (frame: Record<string, unknown>): MediaEvent => {
  const start = objectAt(frame, 'start')
  const format = objectAt(start, 'media_format')
  const encoding = Object.hasOwn(STREAM_ENCODINGS, String(format.encoding))
    ? STREAM_ENCODINGS[String(format.encoding)]
    : undefined
  if (encoding === undefined) throw malformed('start.media_format.encoding is neither PCMU nor PCMA')
  if (format.sample_rate !== 8000) throw malformed('start.media_format.sample_rate is not 8000')
  if (format.channels !== 1) throw malformed('start.media_format.channels is not 1')
  return {
    type: 'start',
    carrierCallId: stringAt(start, 'call_control_id'),
    streamId: stringAt(frame, 'stream_id'),
    format: { encoding, sampleRate: 8000 },
  }
}

const readDtmf = (frame: Record<string, unknown>): MediaEvent => {
  const digit = objectAt(frame, 'dtmf').digit
  if (typeof digit !== 'string' || !/^[0-9A-D*#]$/.test(digit))
    throw malformed('dtmf.digit is not a key of a telephone')
  return { type: 'dtmf', digit }
}

/** Telnyx documents the details under `payload`; older streams send them under `error`, the code as a string. */
const readError = (frame: Record<string, unknown>): MediaEvent => {
  const details = isObject(frame.payload) ? frame.payload : objectAt(frame, 'error')
  if (typeof details.code !== 'number' && typeof details.code !== 'string') throw malformed('the error has no code')
  const message = [optionalString(details.title), optionalString(details.detail)].filter(Boolean).join(': ')
  return { type: 'error', code: String(details.code), message: message.slice(0, 300) }
}

const parseJson = (message: string): Record<string, unknown> => {
  let frame: unknown
  try {
    frame = JSON.parse(message)
  } catch {
    throw malformed('not JSON')
  }
  if (!isObject(frame)) throw malformed('not a JSON object')
  return frame
}

const parse = (message: string): MediaEvent => {
  const frame = parseJson(message)
  switch (frame.event) {
    case 'media':
      return readMedia(frame)
    case 'connected':
      return { type: 'connected' }
    case 'start':
      return readStart(frame)
    case 'mark':
      return { type: 'mark', name: stringAt(objectAt(frame, 'mark'), 'name') }
    case 'dtmf':
      return readDtmf(frame)
    case 'error':
      return readError(frame)
    case 'stop':
      return { type: 'stop' }
    default:
      if (typeof frame.event !== 'string') throw malformed('event is not a string')
      return { type: 'ignored' }
  }
}

/**
 * Reads and writes the frames of one Telnyx media stream in `rtp` mode. What goes to Telnyx names no stream, so one
 * codec serves any socket; audio of the outbound track comes back as `ignored`.
 * `media` throws RangeError for less than 20 ms or more than 30 s of audio, which Telnyx refuses.
 * Source: https://developers.telnyx.com/docs/voice/programmable-voice/media-streaming and
 * https://developers.telnyx.com/api-reference/websockets/stream-call-media-over-websocket
 */
export const createMediaCodec = (): MediaCodec => ({
  parse,
  media: (payload) => {
    if (payload.length < FRAME_BYTES || payload.length > MAX_MEDIA_BYTES) {
      throw new RangeError(
        `A Telnyx media frame carries ${FRAME_BYTES} to ${MAX_MEDIA_BYTES} bytes, not ${payload.length}.`,
      )
    }
    const audio = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
    return `{"event":"media","media":{"payload":"${audio.toString('base64')}"}}`
  },
  mark: (name) => JSON.stringify({ event: 'mark', mark: { name } }),
  clear: () => '{"event":"clear"}',
})
