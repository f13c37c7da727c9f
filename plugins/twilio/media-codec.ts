import { MalformedFrameError } from '../../src/provider-kit/index.ts'
import { isObject } from './shape.ts'
import type { MediaCodec, MediaEvent } from '../../src/provider-kit/index.ts'

type Frame = Record<string, unknown>

const malformed = (what: string) => new MalformedFrameError(`Twilio media frame: ${what}`)

const objectAt = (frame: Frame, name: string): Frame => {
  const value = frame[name]
  if (!isObject(value)) throw malformed(`${name} is not an object`)
  return value
}

const stringAt = (source: Frame, name: string): string => {
  const value = source[name]
  if (typeof value !== 'string' || value === '') throw malformed(`${name} is not a string`)
  return value
}

const sidAt = (source: Frame, name: string, pattern: RegExp): string => {
  const sid = stringAt(source, name)
  if (!pattern.test(sid)) throw malformed(`${name} is not the SID that it should be`)
  return sid
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

const readMedia = (frame: Frame): MediaEvent => {
  const media = objectAt(frame, 'media')
  const payload = decodeBase64(stringAt(media, 'payload'))
  const chunk = readChunk(media.chunk)
  if (media.track === 'inbound') return { type: 'media', chunk, payload }
  if (media.track === 'outbound') return { type: 'ignored' }
  throw malformed('media.track is neither inbound nor outbound')
}

const readStart = (frame: Frame): MediaEvent => {
  const start = objectAt(frame, 'start')
  const format = objectAt(start, 'mediaFormat')
  if (format.encoding !== 'audio/x-mulaw') throw malformed('start.mediaFormat.encoding is not audio/x-mulaw')
  if (format.sampleRate !== 8000) throw malformed('start.mediaFormat.sampleRate is not 8000')
  if (format.channels !== 1) throw malformed('start.mediaFormat.channels is not 1')
  return {
    type: 'start',
    carrierCallId: sidAt(start, 'callSid', /^CA[0-9a-fA-F]{32}$/),
    streamId: sidAt(start, 'streamSid', /^MZ[0-9a-fA-F]{32}$/),
    format: { encoding: 'mulaw', sampleRate: 8000 },
  }
}

const readDtmf = (frame: Frame): MediaEvent => {
  const digit = objectAt(frame, 'dtmf').digit
  if (typeof digit !== 'string' || !/^[0-9A-D*#]$/.test(digit))
    throw malformed('dtmf.digit is not a key of a telephone')
  return { type: 'dtmf', digit }
}

const parseJson = (message: string): Frame => {
  let frame: unknown
  try {
    frame = JSON.parse(message)
  } catch {
    throw malformed('not JSON')
  }
  if (!isObject(frame)) throw malformed('not a JSON object')
  return frame
}

const read = (frame: Frame): MediaEvent => {
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
    case 'stop':
      return { type: 'stop' }
    default:
      if (typeof frame.event !== 'string') throw malformed('event is not a string')
      return { type: 'ignored' }
  }
}

/**
 * Reads and writes the frames of one Twilio media stream. What goes to Twilio must repeat the stream's SID, so a codec
 * serves one socket; before its `start`, `media`, `mark` and `clear` throw an Error. A frame that names another stream is
 * malformed. `media` throws RangeError for no audio.
 * Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages,
 * https://www.twilio.com/docs/api/errors/31951 (what Twilio refuses)
 */
export function createMediaCodec(): MediaCodec {
  let streamSid: string | undefined

  const stream = (): string => {
    if (streamSid === undefined) throw new Error('The Twilio stream has not started, so it cannot be named yet.')
    return streamSid
  }

  return {
    parse: (message) => {
      const frame = parseJson(message)
      const event = read(frame)
      if (event.type === 'start') {
        if (streamSid !== undefined) throw malformed('the stream starts twice')
        if (frame.streamSid !== event.streamId) throw malformed('streamSid is not that of start')
        streamSid = event.streamId
      } else if (frame.streamSid !== undefined && frame.streamSid !== streamSid) {
        throw malformed('streamSid is that of another stream')
      }
      return event
    },
    media: (payload) => {
      if (payload.length === 0) throw new RangeError('A Twilio media frame carries at least one byte.')
      const audio = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('base64')
      return `{"event":"media","streamSid":"${stream()}","media":{"payload":"${audio}"}}`
    },
    mark: (name) => JSON.stringify({ event: 'mark', streamSid: stream(), mark: { name } }),
    clear: () => JSON.stringify({ event: 'clear', streamSid: stream() }),
  }
}
