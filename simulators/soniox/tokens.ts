import type { RecognisedWord } from '../speech/recogniser.ts'

/** A piece of a word as Soniox sends it. Source: https://soniox.com/docs/api-reference/stt/websocket-api */
export type SonioxToken = {
  text: string
  start_ms?: number
  end_ms?: number
  confidence?: number
  is_final: boolean
}

/** One value for all tokens: the simulator either knows a recording or does not. */
const CONFIDENCE = 0.98
/** Words longer than this come in two tokens, as Soniox's do. */
const PIECE_LENGTH = 4

/** Words as tokens, each word's first with the space before it. */
export const toTokens = (words: readonly RecognisedWord[], isFinal: boolean): SonioxToken[] =>
  words.flatMap(({ text, startMs, endMs }) => {
    const middleMs = Math.round((startMs + endMs) / 2)
    const common = { confidence: CONFIDENCE, is_final: isFinal }
    if (text.length <= PIECE_LENGTH) return [{ text: ` ${text}`, start_ms: startMs, end_ms: endMs, ...common }]
    return [
      { text: ` ${text.slice(0, PIECE_LENGTH)}`, start_ms: startMs, end_ms: middleMs, ...common },
      { text: text.slice(PIECE_LENGTH), start_ms: middleMs, end_ms: endMs, ...common },
    ]
  })

export const END: SonioxToken = { text: '<end>', is_final: true }
export const FIN: SonioxToken = { text: '<fin>', is_final: true }
