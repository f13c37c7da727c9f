import type { RecognisedWord } from '../speech/recogniser.ts'

/** One value for all words: the simulator either knows a recording or does not. */
const CONFIDENCE = 0.98

const bare = (text: string): string => text.toLowerCase().replace(/[.,!?]/g, '')

/** What a `Turn` message tells. */
export type TurnState = {
  order: number
  words: readonly RecognisedWord[]
  /** How many of the words will not change any more. */
  settled: number
  isFormatted: boolean
  isEnd: boolean
  /** The speaker paused. */
  isUtterance: boolean
  endConfidence: number
}

/** Source: assemblyai-api-spec usm-streaming.yml (TurnPayload) */
export function toTurnMessage({ order, words, settled, isFormatted, isEnd, isUtterance, endConfidence }: TurnState) {
  const show = (list: readonly RecognisedWord[]) =>
    list.map((word) => (isFormatted ? word.text : bare(word.text))).join(' ')
  return {
    type: 'Turn',
    turn_order: order,
    turn_is_formatted: isFormatted && isEnd,
    end_of_turn: isEnd,
    end_of_turn_confidence: endConfidence,
    // Universal-3 shows all words of a partial though none is final; the other models only those that are.
    transcript: show(isFormatted ? words : words.slice(0, settled)),
    utterance: isUtterance ? show(words) : '',
    words: words.map((word, index) => ({
      text: isFormatted ? word.text : bare(word.text),
      start: word.startMs,
      end: word.endMs,
      confidence: CONFIDENCE,
      word_is_final: index < settled,
    })),
  }
}
