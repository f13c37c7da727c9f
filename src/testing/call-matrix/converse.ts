import { BURST_MS, readToneCharacters } from '../../../simulators/tone-speech/index.ts'
import type { HeardCharacter } from '../../../simulators/tone-speech/index.ts'
import type { CallHandle, Spoken } from '../../../simulators/telnyx/index.ts'
import { heardSpeech, lettersMissed, listenToAgent, reach } from '../heard-speech.ts'
import { GREETING, INTERRUPTION, LONG_QUESTION } from './script.ts'
import type { Question } from './script.ts'

/** A call of whichever carrier. */
type Call = Pick<CallHandle, 'streaming' | 'say' | 'recording' | 'agentSpeaks' | 'agentSilent' | 'positionMs'>

/** What was measured on the carrier's recording, in ms. */
export type Measured = {
  /** From the caller's last sound to the agent's first. */
  firstAudioMs: number
  /** From the first sound of an interruption to the agent's last. */
  silentAfterMs?: number
  /** Letters of whole sentences that a gap in the sound made unreadable. */
  lettersLost: number
}

type ConverseOptions = {
  call: Call
  question: Question
  /** Whether the caller asks for more and breaks into that answer. */
  interrupts: boolean
  answerTo(words: string): string
}

/** The part of a sentence's letters that a busy machine may cut in two without the sentence counting as lost. */
const MOST_LOST = 0.2
/** How much of the long answer the caller lets the agent say, in ms. */
const PATIENT_FOR_MS = 1_000
/** A silence longer than any within an answer, in ms. */
const WELL_OVER_MS = 800
/** So many letters of it the caller hears at the least. */
const LEAST_HEARD = 8

/**
 * The caller's side of one call up to its end: every sentence of the agent must be heard, and no other.
 * @throws Error with a sentence that says what was heard instead
 */
export async function converse({ call, question, interrupts, answerTo }: ConverseOptions): Promise<Measured> {
  await call.streaming
  const greeted = await hearSentence(call, { after: 0, said: GREETING })
  const asked = await call.say(question.utterance)
  const after = Math.max(greeted.endMs, asked.speechEndMs)
  const answered = await hearSentence(call, { after, said: answerTo(question.words) })
  const measured = {
    firstAudioMs: Math.round(answered.startMs - asked.speechEndMs),
    lettersLost: greeted.lost + answered.lost,
  }
  if (!interrupts) return measured

  const more = await call.say(LONG_QUESTION.utterance)
  const { atMs: longStartMs } = await call.agentSpeaks({ after: more.speechEndMs })
  await reach(call, longStartMs + PATIENT_FOR_MS)
  const interruption = await call.say(INTERRUPTION.utterance)
  const last = await hearSentence(call, {
    after: interruption.speechEndMs,
    said: answerTo(INTERRUPTION.words),
    isAfterOther: true,
  })
  await call.agentSilent({ forMs: WELL_OVER_MS, after: last.startMs })
  const silentAt = judgeInterrupted(call, {
    longStartMs,
    interruption,
    nextStartMs: last.startMs,
    said: withoutBlanks(answerTo(LONG_QUESTION.words)),
  })
  return {
    ...measured,
    silentAfterMs: Math.round(silentAt - interruption.startMs),
    lettersLost: measured.lettersLost + last.lost,
  }
}

/** Waits until the agent has said a sentence; alone, or behind the rest of another. */
async function hearSentence(
  call: Call,
  { after, said, isAfterOther = false }: { after: number; said: string; isAfterOther?: boolean },
): Promise<{ startMs: number; endMs: number; lost: number }> {
  const letters = withoutBlanks(said)
  for (let from = after; ; ) {
    const heard = await listenToAgent(call, { after: from }).catch(() => undefined)
    if (!heard) throw new Error(`"${said}" was meant, and "${heardSpeech(call, { from: after })}" was heard.`)
    const characters = readStretch(call, { from: after, to: Number.POSITIVE_INFINITY })
    for (let missed = 0; missed <= MOST_LOST * letters.length; missed++) {
      const sentence = isAfterOther ? characters.slice(missed - letters.length) : characters
      const isIt = lettersMissed(sentence.map(({ char }) => char).join(''), letters) <= missed
      if (isIt) return { startMs: sentence[0]?.atMs ?? heard.startMs, endMs: heard.endMs, lost: missed }
    }
    from = heard.endMs
  }
}

/** What the agent was heard to say in a stretch of the recording, in ms; without blanks, which nobody hears. */
const readStretch = ({ recording }: Call, { from, to }: { from: number; to: number }): HeardCharacter[] =>
  readToneCharacters(recording.agent, recording.encoding).filter(
    ({ char, atMs }) => char !== ' ' && atMs >= from && atMs < to,
  )

const withoutBlanks = (text: string): string => text.replaceAll(' ', '')

/** @returns when the agent had fallen silent, in ms on the recording */
function judgeInterrupted(
  call: Call,
  options: { longStartMs: number; interruption: Spoken; nextStartMs: number; said: string },
): number {
  const { longStartMs, interruption, nextStartMs, said } = options
  const characters = readStretch(call, { from: longStartMs, to: nextStartMs })
  const heard = characters.map(({ char }) => char).join('')
  // Where the agent paused and went on, a letter may be heard twice.
  const beginning = heard.slice(0, LEAST_HEARD)
  const isBeginning = Number.isFinite(lettersMissed(beginning, said.slice(0, 2 * LEAST_HEARD)))
  if (!isBeginning || heard.length < LEAST_HEARD) throw new Error(`Of "${said}" the caller heard "${heard}".`)
  if (heard.length >= (1 - MOST_LOST) * said.length) throw new Error('The caller could not interrupt the agent.')
  return Math.max(interruption.startMs, (characters.at(-1)?.atMs ?? 0) + BURST_MS)
}
