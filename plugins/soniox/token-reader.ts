import type { SttEvent } from '../../src/provider-kit/index.ts'
import { toMessageError } from './errors.ts'
import { isObject, numberOf, parseObject, stringOf } from './shape.ts'

/**
 * Final words are told as a segment when the turn ends, or once they are this old: the engine forgets what it would
 * replay on a new stream with each segment, and it holds 5 s.
 */
const SEGMENT_MS = 4000

/** Turns the messages of one stream into events. */
export type TokenReader = {
  /** @param text one text frame */
  read(text: string): SttEvent[]
  /** What a turn holds that no end was told of, when the stream ends in order. */
  flush(): SttEvent[]
  /** Soniox has sent all there is. */
  readonly isFinished: boolean
}

type Token = { text: string; isFinal: boolean; confidence?: number; startMs?: number }

/**
 * Tokens are pieces of words that carry their spaces. Final ones come once, the others anew with every message; `<end>`
 * tells the end of a turn, `<fin>` the answer to `finalize`. There is no event for the start of speech: the first token
 * of a turn is it. Sources: @soniox/node 2.3.0 (`handleMessage`),
 * https://soniox.com/docs/stt/real-time-API/real-time-transcription, https://soniox.com/docs/stt/real-time-API/manual-finalization
 */
export function createTokenReader(): TokenReader {
  /** Final text of this turn, and the part of it that no `final` has told. */
  let turn = ''
  let untold = ''
  let untoldFromMs: number | undefined
  let confidences: number[] = []
  let shown = ''
  let isSpeaking = false
  let isFinished = false

  const tellSegment = (): SttEvent[] => {
    const text = untold.trim()
    const confidence =
      confidences.length > 0 ? confidences.reduce((sum, value) => sum + value, 0) / confidences.length : undefined
    untold = ''
    untoldFromMs = undefined
    confidences = []
    return text ? [{ type: 'final', text, confidence }] : []
  }
  const endTurn = (): SttEvent[] => {
    const text = turn.trim()
    const events = tellSegment()
    turn = ''
    shown = ''
    isSpeaking = false
    return text ? [...events, { type: 'end-of-turn', text }] : events
  }
  const startSpeech = (text: string): SttEvent[] => {
    if (isSpeaking || text.trim() === '') return []
    isSpeaking = true
    return [{ type: 'speech-started' }]
  }
  const addFinal = (token: Token) => {
    turn += token.text
    untold += token.text
    if (token.text.trim() === '') return
    untoldFromMs ??= token.startMs
    if (token.confidence !== undefined) confidences.push(token.confidence)
  }
  const readTokens = (tokens: readonly Token[], heardMs: number): SttEvent[] => {
    const events: SttEvent[] = []
    let open = ''
    for (const token of tokens) {
      if (token.text === '<end>' || token.text === '<fin>') {
        events.push(...endTurn())
        continue
      }
      events.push(...startSpeech(token.text))
      if (token.isFinal) addFinal(token)
      else open += token.text
    }
    // A segment ends with a whole word: the next token begins with a space, or there is none after a full stop.
    const isWhole = open === '' ? /[\s.,!?]$/.test(untold) : /^\s/.test(open)
    if (isWhole && untoldFromMs !== undefined && heardMs - untoldFromMs >= SEGMENT_MS) events.push(...tellSegment())
    const text = (turn + open).trim()
    if (text && text !== shown) {
      shown = text
      events.push({ type: 'interim', text })
    }
    return events
  }

  return {
    read(text) {
      const message = parseObject(text)
      if (!message) return []
      const error = toMessageError(message)
      if (error) return [{ type: 'error', error }]
      if (message.finished === true) isFinished = true
      const tokens = Array.isArray(message.tokens) ? message.tokens.flatMap(toToken) : []
      return readTokens(tokens, numberOf(message.total_audio_proc_ms) ?? 0)
    },
    flush: endTurn,
    get isFinished() {
      return isFinished
    },
  }
}

function toToken(value: unknown): Token[] {
  const text = isObject(value) ? stringOf(value.text) : undefined
  // Translations are tokens too, without times; none are asked for.
  if (!isObject(value) || text === undefined || value.translation_status === 'translation') return []
  const { confidence, start_ms } = value
  return [{ text, isFinal: value.is_final === true, confidence: numberOf(confidence), startMs: numberOf(start_ms) }]
}
