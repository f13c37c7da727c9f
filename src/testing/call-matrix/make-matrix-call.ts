import type { CarrierId } from '../carrier-stands.ts'
import type { CallDocument, Workspace } from '../set-up-workspace.ts'
import { ROLES } from './combinations.ts'
import type { Combination } from './combinations.ts'
import { converse } from './converse.ts'
import type { Measured } from './converse.ts'
import { answerOf, GREETING, INTERRUPTION, LONG_QUESTION } from './script.ts'
import type { Question } from './script.ts'

/** What came of one call. */
export type MatrixCall = Combination &
  Partial<Measured> & {
    carrier: CarrierId
    /** Nothing was wrong with it. */
    ok: boolean
    /** What was wrong, a sentence each. */
    problems: string[]
  }

type MakeCallOptions<Id extends CarrierId> = {
  carrier: Id
  workspace: Workspace<Id>
  /** What the workspace's agent is set to. */
  combination: Combination
  question: Question
  /** Whether the caller asks for more and breaks into that answer. */
  interrupts?: boolean
}

/**
 * Somebody calls, hears the greeting, asks a question, hears the answer and hangs up, with an interruption in between where
 * that is wanted; then the record is looked at. Never rejects.
 */
export async function makeMatrixCall<Id extends CarrierId>(options: MakeCallOptions<Id>): Promise<MatrixCall> {
  const { carrier, combination, workspace, question, interrupts = false } = options
  const problems: string[] = []
  const note = (error: unknown) => void problems.push(error instanceof Error ? error.message : String(error))
  const answerTo = (words: string) => answerOf(combination.llm, words)
  const call = workspace.call()
  const measured = await converse({ call, question, interrupts, answerTo }).catch(note)
  if (!call.isEnded) call.hangUp()
  try {
    const record = await workspace.closedCall(call)
    problems.push(...(await judgeRecord({ ...options, record })))
  } catch (error) {
    note(error)
  }
  return { ...combination, carrier, ok: problems.length === 0, ...measured, problems }
}

/** What the record of the call says that is not so, or lacks. */
async function judgeRecord<Id extends CarrierId>({
  carrier,
  workspace,
  combination,
  question,
  interrupts,
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
        ...(interrupts ? [LONG_QUESTION, INTERRUPTION] : []).flatMap(({ words }) => [
          ['caller', words],
          ['agent', answerOf(combination.llm, words)],
        ]),
      ],
    ],
    [
      'interrupted answers',
      record.transcript?.flatMap(({ interrupted }, index) => (interrupted ? [index] : [])),
      interrupts ? [4] : [],
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
    ['turns', record.turns?.length, interrupts ? 3 : 1],
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
function judgeUsage({ usage }: CallDocument, combination: Combination): string[] {
  const counted = { stt: ['audioMs'], llm: ['inputTokens', 'outputTokens', 'requests'], tts: ['characters'] }
  return ROLES.flatMap((role) => {
    const { provider, ...figures } = usage?.[role] ?? {}
    const isComplete = provider === combination[role] && counted[role].every((name) => Number(figures[name]) > 0)
    return isComplete ? [] : [`The record's usage of ${role} is ${JSON.stringify(usage?.[role])}.`]
  })
}
