import { asRequestId } from '../../src/provider-kit/index.ts'
import type { SttEvent } from '../../src/provider-kit/index.ts'
import { toSpeechmaticsError } from './errors.ts'
import { isObject, parseObject } from './shape.ts'

/** Ids of sessions are UUIDs; anything else may be an echo. */
const idOf = (value: unknown): string | undefined =>
  /^[0-9a-f-]{36}$/.test(String(value)) ? asRequestId(value) : undefined

/**
 * Speechmatics' messages as our events. Its texts are made to be joined as they are, blanks and marks included; a partial
 * holds what follows the last final. Ours carry the whole turn so far.
 * Source: speechmatics/docs, `spec/realtime.yaml` and `docs/speech-to-text/realtime/output.mdx`
 */
export function createMessageReader() {
  let finals = ''
  let requestId: string | undefined
  let isFinished = false
  const turn = (rest = '') => `${finals}${rest}`.replace(/\s+/g, ' ').trim()

  const endTurn = (): SttEvent[] => {
    const text = turn()
    finals = ''
    return text === '' ? [] : [{ type: 'end-of-turn', text }]
  }

  return {
    read(text: string): SttEvent[] {
      const { message, metadata, id, type } = parseObject(text) ?? {}
      const transcript = isObject(metadata) && typeof metadata.transcript === 'string' ? metadata.transcript : ''
      switch (message) {
        case 'RecognitionStarted':
          requestId = idOf(id)
          return [{ type: 'open', ...(requestId === undefined ? {} : { requestId }) }]
        case 'AddPartialTranscript':
          return transcript.trim() === '' ? [] : [{ type: 'interim', text: turn(transcript) }]
        case 'AddTranscript':
          finals += transcript
          return transcript.trim() === '' ? [] : [{ type: 'final', text: transcript.trim() }]
        case 'EndOfUtterance':
          return endTurn()
        case 'EndOfTranscript':
          isFinished = true
          return endTurn()
        case 'Error':
          return [{ type: 'error', error: toSpeechmaticsError({ type, requestId }) }]
        // AudioAdded and Info tell nothing that a call needs; a Warning comes hours into a session.
        default:
          return []
      }
    },
    /** Speechmatics has said all that it had to say. */
    get isFinished() {
      return isFinished
    },
    get requestId() {
      return requestId
    },
  }
}
