import type { CarrierId } from '../carrier-stands.ts'
import { heardSpeech, lettersMissed, listenToAgent } from '../heard-speech.ts'
import type { CallDocument, Workspace } from '../set-up-workspace.ts'
import { ROLES } from './combinations.ts'
import type { Combination } from './combinations.ts'
import { answerOf, GREETING } from './script.ts'
import type { Question } from './script.ts'

/** What came of one call. */
export type MatrixCall = Combination & {
  carrier: CarrierId
  /** Nothing was wrong with it. */
  ok: boolean
  /** From the caller's last sound to the agent's first, on the carrier's recording, in ms. */
  firstAudioMs?: number
  /** What was wrong, a sentence each. */
  problems: string[]
}

type MakeCallOptions<Id extends CarrierId> = {
  carrier: Id
  workspace: Workspace<Id>
  /** What the workspace's agent is set to. */
  combination: Combination
  question: Question
}

/** How many letters of a sentence a busy machine may cut in two without the sentence counting as lost. */
const LETTERS_LOST = 2

/**
 * Somebody calls, hears the greeting, asks one question, hears the answer and hangs up; then the record is looked at.
 * Never rejects.
 */
export async function makeMatrixCall<Id extends CarrierId>(options: MakeCallOptions<Id>): Promise<MatrixCall> {
  const { carrier, combination, workspace } = options
  const problems: string[] = []
  const outcome = { ...combination, carrier }
  const call = workspace.call()
  const firstAudioMs = await converse({ ...options, call, problems }).catch((error: unknown) => {
    problems.push(error instanceof Error ? error.message : String(error))
    return undefined
  })
  if (!call.isEnded) call.hangUp()
  try {
    const record = await workspace.closedCall(call)
    problems.push(...(await judgeRecord({ ...options, record })))
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error))
  }
  return { ...outcome, ok: problems.length === 0, ...(firstAudioMs !== undefined && { firstAudioMs }), problems }
}

type Talk<Id extends CarrierId> = MakeCallOptions<Id> & { call: ReturnType<Workspace<Id>['call']>; problems: string[] }

async function converse<Id extends CarrierId>({ call, combination, question, problems }: Talk<Id>): Promise<number> {
  const judge = (what: string, heard: string, said: string) => {
    if (lettersMissed(heard, said) > LETTERS_LOST) problems.push(`${what} was "${said}", and "${heard}" was heard.`)
  }
  await call.streaming
  const greeted = await listenToAgent(call, { after: 0 })
  judge('The greeting', greeted.text, GREETING)
  const asked = await call.say(question.utterance)
  const answered = await listenToAgent(call, { after: Math.max(greeted.endMs, asked.speechEndMs) })
  judge('The answer', heardSpeech(call, { from: answered.startMs }), answerOf(combination.llm, question.words))
  return Math.round(answered.startMs - asked.speechEndMs)
}

/** What the record of the call says that is not so, or lacks. */
async function judgeRecord<Id extends CarrierId>({
  carrier,
  workspace,
  combination,
  question,
  record,
}: MakeCallOptions<Id> & { record: CallDocument }): Promise<string[]> {
  const { body } = await workspace.as('get', '/api/provider-keys?depth=0&limit=100').expect(200)
  const stored = body.docs as { provider: string; credentialId: string; version: number }[]
  const expectations: [what: string, is: unknown, shouldBe: unknown][] = [
    ['status', record.status, 'completed'],
    ['ended reason', [record.endedReason, record.endedDetail, record.error], ['caller-hangup', null, null]],
    ['carrier', record.provider, carrier],
    [
      'transcript',
      record.transcript?.map(({ speaker, text }) => [speaker, text]),
      [
        ['agent', GREETING],
        ['caller', question.words],
        ['agent', answerOf(combination.llm, question.words)],
      ],
    ],
    [
      'receipt',
      record.receipt?.map(({ capability, provider, credentialId, version }) => [
        capability,
        provider,
        credentialId,
        version,
      ]),
      [...ROLES.map((role) => [role, combination[role]]), ['telephony', carrier]].map(([capability, provider]) => {
        const key = stored.find((candidate) => candidate.provider === provider)
        return [capability, provider, key?.credentialId, key?.version]
      }),
    ],
    ['turns', record.turns?.length, 1],
  ]
  const wrong = expectations.filter(([, is, shouldBe]) => JSON.stringify(is) !== JSON.stringify(shouldBe))
  return [
    ...wrong.map(
      ([what, is, shouldBe]) => `The record's ${what} is ${JSON.stringify(is)} instead of ${JSON.stringify(shouldBe)}.`,
    ),
    ...judgeUsage(record, combination),
  ]
}

/** Each provider is named with what it did, and did something. */
function judgeUsage({ usage = {} }: CallDocument, combination: Combination): string[] {
  const counted = { stt: ['audioMs'], llm: ['inputTokens', 'outputTokens', 'requests'], tts: ['characters'] }
  return ROLES.flatMap((role) => {
    const { provider, ...figures } = usage[role] ?? {}
    const isComplete = provider === combination[role] && counted[role].every((name) => Number(figures[name]) > 0)
    return isComplete ? [] : [`The record's usage of ${role} is ${JSON.stringify(usage[role])}.`]
  })
}
