import type { SttEvent } from '../../src/provider-kit/index.ts'
import { toMessageError } from './errors.ts'
import { isObject, numberOf, parseObject, stringOf } from './shape.ts'

/** Turns the messages of one stream into events. */
export type TurnReader = {
  /** @param text one text frame */
  read(text: string): SttEvent[]
  /** What a turn holds that no end was told of, when the stream ends in order. */
  flush(): SttEvent[]
  /** AssemblyAI has sent all there is. */
  readonly isTerminated: boolean
}

type Message = Record<string, unknown>

/**
 * A turn comes as `Turn` messages of one `turn_order`, each with all of its words so far. `utterance` is filled where
 * the speaker paused: the turn has probably ended, unless more of it follows. Sources:
 * https://www.assemblyai.com/docs/streaming/turn-detection, assemblyai-api-spec usm-streaming.yml (TurnPayload)
 * @param options.isFormattedLater an ended turn comes once more with punctuation; the first counts as its probable end
 */
export function createTurnReader({ isFormattedLater }: { isFormattedLater: boolean }): TurnReader {
  let requestId: string | undefined
  let isTerminated = false
  let endedOrder = -1
  let shown = ''
  let eager: string | undefined
  let hasStarted = false
  /** An ended turn whose punctuation is awaited. */
  let held: { order: number; text: string } | undefined

  const endTurn = (order: number, text: string, confidence?: number): SttEvent[] => {
    endedOrder = order
    held = undefined
    shown = ''
    eager = undefined
    hasStarted = false
    if (!text) return []
    return [
      { type: 'final', text, confidence },
      { type: 'end-of-turn', text },
    ]
  }
  const flushHeld = (): SttEvent[] => (held ? endTurn(held.order, held.text) : [])
  const startSpeech = (text: string): SttEvent[] => {
    if (hasStarted || !text) return []
    hasStarted = true
    return [{ type: 'speech-started' }]
  }
  const suspectEnd = (text: string): SttEvent[] => {
    shown = text
    if (text === eager) return []
    eager = text
    return [{ type: 'eager-end-of-turn', text }]
  }
  const resume = (): SttEvent[] => {
    if (eager === undefined) return []
    eager = undefined
    return [{ type: 'turn-resumed' }]
  }
  const goOn = (text: string): SttEvent[] => {
    if (!text || text === shown) return []
    shown = text
    return [...resume(), { type: 'interim', text }]
  }

  const readTurn = (message: Message): SttEvent[] => {
    const order = numberOf(message.turn_order) ?? endedOrder + 1
    const events = held && held.order !== order ? flushHeld() : []
    // Of a turn that was told nothing new can come.
    if (order <= endedOrder) return events
    const text = textOf(message)
    events.push(...startSpeech(text))
    if (message.end_of_turn === true) {
      const isWhole = !isFormattedLater || message.turn_is_formatted === true || !text
      if (isWhole) return [...events, ...endTurn(order, text, meanConfidence(message.words))]
      held = { order, text }
      return [...events, ...suspectEnd(text)]
    }
    if (held) return events
    const hasPaused = Boolean(stringOf(message.utterance)?.trim())
    return [...events, ...(hasPaused && text ? suspectEnd(text) : goOn(text))]
  }
  const readSpeechStarted = (): SttEvent[] => {
    const events = held ? [] : resume()
    hasStarted = true
    return [...events, { type: 'speech-started' }]
  }

  return {
    read(text) {
      const message = parseObject(text)
      switch (message?.type) {
        case 'Begin': {
          const id = stringOf(message.id) ?? ''
          requestId = /^[\w-]{1,64}$/.test(id) ? id : undefined
          return [{ type: 'open', requestId }]
        }
        case 'Turn':
          return readTurn(message)
        case 'SpeechStarted':
          return readSpeechStarted()
        case 'Termination':
          isTerminated = true
          return []
        case 'Warning':
          // Its text could hold anything; the number is enough to look it up.
          return [{ type: 'warning', message: `AssemblyAI warns (${numberOf(message.warning_code) ?? 'no code'}).` }]
        case 'Error':
          return [{ type: 'error', error: toMessageError(message, requestId) }]
        default:
          // Heartbeats, silences, and whatever AssemblyAI adds.
          return []
      }
    },
    flush: () => (held ? flushHeld() : endTurn(endedOrder + 1, shown)),
    get isTerminated() {
      return isTerminated
    },
  }
}

/** `transcript` lacks the words that are still open, except where all of them are. */
function textOf(message: Message): string {
  const transcript = stringOf(message.transcript)?.trim() ?? ''
  const words = Array.isArray(message.words) ? message.words.filter(isObject) : []
  const open = words.filter((word) => word.word_is_final === false)
  if (message.end_of_turn === true || (transcript && open.length === words.length)) return transcript
  const rest = open.map((word) => stringOf(word.text)?.trim() ?? '')
  return [transcript, ...rest].filter(Boolean).join(' ')
}

const meanConfidence = (words: unknown): number | undefined => {
  const values = Array.isArray(words)
    ? words.flatMap((word) => (isObject(word) ? (numberOf(word.confidence) ?? []) : []))
    : []
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : undefined
}
