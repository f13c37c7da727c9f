/** What an application sends on the media socket, or why it is refused. */
export type AgentFrame =
  | { event: 'media'; audio: Buffer }
  | { event: 'mark'; name: string }
  | { event: 'clear' }
  | { event: 'refused'; code: 31950 | 31951; detail: string }

type Frame = Record<string, unknown>

const invalid = (detail: string): AgentFrame => ({ event: 'refused', code: 31951, detail })

const isObject = (value: unknown): value is Frame =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const hasOnly = (object: Frame, names: readonly string[]) => Object.keys(object).every((name) => names.includes(name))

const readMedia = (media: unknown): AgentFrame => {
  if (!isObject(media) || !hasOnly(media, ['payload'])) return invalid('media is not an object with a payload only')
  if (typeof media.payload !== 'string' || media.payload === '') return invalid('media.payload is missing')
  const audio = Buffer.from(media.payload, 'base64')
  if (audio.toString('base64') !== media.payload) return invalid('media.payload is not base64')
  return { event: 'media', audio }
}

const readMark = (mark: unknown): AgentFrame =>
  isObject(mark) && hasOnly(mark, ['name']) && typeof mark.name === 'string' && mark.name !== ''
    ? { event: 'mark', name: mark.name }
    : invalid('mark is not an object with a name only')

/**
 * Reads a frame of the application as Twilio says it must be: `media`, `mark` or `clear`, each with this stream's SID and
 * nothing unexpected. Anything else is refused by 31951 (invalid) or, where it is binary, 31950 (malformed): Twilio warns
 * of it once a stream and drops it.
 * Sources: https://www.twilio.com/docs/voice/media-streams/websocket-messages,
 * https://www.twilio.com/docs/api/errors/31951, https://www.twilio.com/docs/api/errors/31950
 */
export function readAgentFrame(text: string, streamSid: string): AgentFrame {
  let frame: unknown
  try {
    frame = JSON.parse(text)
  } catch {
    return invalid('the frame is not JSON')
  }
  if (!isObject(frame)) return invalid('the frame is not an object')
  const { event } = frame
  if (event !== 'media' && event !== 'mark' && event !== 'clear')
    return invalid('the event is none of media, mark, clear')
  if (frame.streamSid === undefined) return invalid('streamSid is missing')
  if (frame.streamSid !== streamSid) return invalid('streamSid is that of another stream')
  if (!hasOnly(frame, event === 'clear' ? ['event', 'streamSid'] : ['event', 'streamSid', event]))
    return invalid('the frame has unexpected fields')
  if (event === 'media') return readMedia(frame.media)
  return event === 'mark' ? readMark(frame.mark) : { event }
}
