import { BYTES_PER_MS, FRAME_BYTES } from '../../src/provider-kit/index.ts'

/** What an application sends on the media socket, or why it is refused. */
export type AgentFrame =
  | { event: 'media'; audio: Buffer }
  | { event: 'mark'; name: string }
  | { event: 'clear' }
  | { event: 'refused'; code: 100003 | 100004; title: 'malformed_frame' | 'invalid_media'; detail: string }

const MAX_MEDIA_BYTES = 30_000 * BYTES_PER_MS

const malformed = (detail: string): AgentFrame => ({ event: 'refused', code: 100003, title: 'malformed_frame', detail })
const invalidMedia = (detail: string): AgentFrame => ({
  event: 'refused',
  code: 100004,
  title: 'invalid_media',
  detail,
})

type Frame = { event?: unknown; media?: { payload?: unknown }; mark?: { name?: unknown } }

const readMedia = ({ media }: Frame): AgentFrame => {
  const payload = typeof media === 'object' && media !== null ? media.payload : undefined
  if (typeof payload !== 'string') return malformed('media.payload is missing')
  const audio = Buffer.from(payload, 'base64')
  if (audio.toString('base64') !== payload) return invalidMedia('media.payload is not base64')
  if (audio.length < FRAME_BYTES) return invalidMedia('the chunk is shorter than 20 ms')
  if (audio.length > MAX_MEDIA_BYTES) return invalidMedia('the chunk is longer than 30 s')
  return { event: 'media', audio }
}

/**
 * Reads a frame of the application as strictly as Telnyx documents it: `media` of 20 ms to 30 s, `mark` with a name,
 * `clear`; anything else is refused by 100003 (malformed_frame) or 100004 (invalid_media).
 * Source: https://developers.telnyx.com/docs/voice/programmable-voice/media-streaming
 */
export function readAgentFrame(text: string): AgentFrame {
  let frame: Frame
  try {
    frame = JSON.parse(text) as Frame
  } catch {
    return malformed('the frame is not JSON')
  }
  if (typeof frame !== 'object' || frame === null) return malformed('the frame is not an object')
  if (frame.event === 'media') return readMedia(frame)
  if (frame.event === 'clear') return { event: 'clear' }
  if (frame.event !== 'mark') return malformed('the event is none of media, mark, clear')
  const name = typeof frame.mark === 'object' && frame.mark !== null ? frame.mark.name : undefined
  return typeof name === 'string' && name !== '' ? { event: 'mark', name } : malformed('mark.name is missing')
}
