import type { RecognisedWord } from '../speech/recogniser.ts'

const bare = (text: string): string => text.toLowerCase().replace(/[.,!?]/g, '')

/** The transcript of some words; without `isFormatted` in lower case and without punctuation. */
export const transcriptOf = (words: readonly RecognisedWord[], isFormatted: boolean): string =>
  words.map((word) => (isFormatted ? word.text : bare(word.text))).join(' ')

/** Words as v1 lists them. Times in seconds. Source: deepgram-api-specs asyncapi.yml, ListenV1Results */
export const toV1Words = (words: readonly RecognisedWord[]) =>
  words.map((word) => ({
    word: bare(word.text),
    start: word.startMs / 1000,
    end: word.endMs / 1000,
    confidence: CONFIDENCE,
    punctuated_word: word.text,
  }))

/** Words as v2 lists them. Source: deepgram-api-specs asyncapi.yml, ListenV2TurnInfo */
export const toV2Words = (words: readonly RecognisedWord[]) =>
  words.map((word) => ({ word: word.text, confidence: CONFIDENCE, start: word.startMs / 1000, end: word.endMs / 1000 }))

/** One value for all words: the simulator either knows a recording or does not. */
export const CONFIDENCE = 0.98
