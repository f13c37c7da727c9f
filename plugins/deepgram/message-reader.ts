import type { SttEvent } from '../../src/provider-kit/index.ts'
import { toMessageError } from './errors.ts'
import { isObject, numberOf, parseObject, stringOf } from './shape.ts'

/** Turns the messages of one stream into events. */
export type MessageReader = {
  /** @param text one text frame */
  read(text: string): SttEvent[]
  /** What a turn holds that no end was told of, when the stream ends in order. */
  flush(): SttEvent[]
}

/**
 * Messages of `/v1/listen`: a turn is all `is_final` transcripts up to `speech_final`, `UtteranceEnd` or the answer
 * to Finalize. Source: https://developers.deepgram.com/docs/understand-endpointing-interim-results
 */
export function createV1Reader(): MessageReader {
  let finals: string[] = []

  const flush = (): SttEvent[] => {
    const text = finals.join(' ')
    finals = []
    return text ? [{ type: 'end-of-turn', text }] : []
  }
  const readResults = (message: Record<string, unknown>): SttEvent[] => {
    const channel = isObject(message.channel) ? message.channel : {}
    const [best]: unknown[] = Array.isArray(channel.alternatives) ? channel.alternatives : []
    const text = isObject(best) ? (stringOf(best.transcript)?.trim() ?? '') : ''
    if (message.is_final !== true) return text ? [{ type: 'interim', text: [...finals, text].join(' ') }] : []
    const events: SttEvent[] = []
    if (text) {
      finals.push(text)
      events.push({ type: 'final', text, confidence: isObject(best) ? numberOf(best.confidence) : undefined })
    }
    if (message.speech_final === true || message.from_finalize === true) events.push(...flush())
    return events
  }

  const read = (text: string): SttEvent[] => {
    const message = parseObject(text)
    switch (message?.type) {
      case 'Results':
        return readResults(message)
      case 'SpeechStarted':
        return [{ type: 'speech-started' }]
      case 'UtteranceEnd':
        return flush()
      case 'Error':
        return [readError(message)]
      default:
        // Metadata, and whatever Deepgram adds.
        return []
    }
  }
  return { read, flush }
}

/** Messages of `/v2/listen` (Flux). Source: https://developers.deepgram.com/docs/flux/state */
export function createV2Reader(): MessageReader {
  let turn = ''

  const interim = (text: string): SttEvent[] => {
    if (!text || text === turn) return []
    turn = text
    return [{ type: 'interim', text }]
  }
  const endTurn = (text: string, confidence?: number): SttEvent[] => {
    turn = ''
    if (!text) return []
    return [
      { type: 'final', text, confidence },
      { type: 'end-of-turn', text },
    ]
  }
  const readTurn = (message: Record<string, unknown>): SttEvent[] => {
    const text = stringOf(message.transcript)?.trim() ?? ''
    switch (message.event) {
      case 'StartOfTurn':
        return [{ type: 'speech-started' }, ...interim(text)]
      case 'Update':
        return interim(text)
      case 'EagerEndOfTurn':
        turn = text
        return text ? [{ type: 'eager-end-of-turn', text }] : []
      case 'TurnResumed':
        return [{ type: 'turn-resumed' }, ...interim(text)]
      case 'EndOfTurn':
        return endTurn(text, meanConfidence(message.words))
      default:
        return []
    }
  }

  const read = (text: string): SttEvent[] => {
    const message = parseObject(text)
    if (message?.type === 'TurnInfo') return readTurn(message)
    return message?.type === 'Error' ? [readError(message)] : []
  }
  return { read, flush: () => endTurn(turn) }
}

const readError = (message: Record<string, unknown>): SttEvent => ({
  type: 'error',
  error: toMessageError({ code: stringOf(message.code) ?? '' }),
})

const meanConfidence = (words: unknown): number | undefined => {
  const values = Array.isArray(words)
    ? words.flatMap((word) => (isObject(word) ? (numberOf(word.confidence) ?? []) : []))
    : []
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : undefined
}
