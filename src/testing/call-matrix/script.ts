import { listUtterances } from '../../../simulators/speech/index.ts'
import type { Script } from '../../../simulators/openai/index.ts'

export const GREETING = 'Good day.'

/** What callers say, by the id of the recording, and what the question is answered with. */
const ANSWERS = {
  'opening-hours': 'At nine',
  'how-much': 'Ten euros',
  'where-located': 'Main street',
  'cancel-booking': 'It is gone',
  'book-table': 'Table two',
} as const

export type Question = { utterance: string; words: string }

/** Different in turn, so that an answer to another call would be noticed. */
export const QUESTIONS: readonly Question[] = Object.keys(ANSWERS).map(findQuestion)

/** The id of the recording that is answered at length, and of the one that breaks into that answer. */
export const LONG_QUESTION = findQuestion('tell-me-more')
export const INTERRUPTION = findQuestion('wait-actually')
const LONG_ANSWER = 'We repair watches and clocks, we engrave rings and cups, and we change batteries while you wait'

/** What a provider's model answers: each signs with its name, so that the caller hears who thought. */
export const answerOf = (llm: string, words: string): string => {
  if (words === LONG_QUESTION.words) return `${LONG_ANSWER}, ${llm}.`
  if (words === INTERRUPTION.words) return `Three, ${llm}.`
  const known = QUESTIONS.find((question) => question.words === words)
  return known ? `${ANSWERS[known.utterance as keyof typeof ANSWERS]}, ${llm}.` : 'I do not know.'
}

/** The script of one provider's simulated model. */
export const createMatrixScript =
  (llm: string): Script =>
  (messages) =>
    answerOf(llm, messages.at(-1)?.content ?? '')

function findQuestion(utterance: string): Question {
  const found = listUtterances().find(({ id }) => id === utterance)
  if (!found) throw new Error(`There is no utterance ${utterance}.`)
  return { utterance, words: found.text }
}
