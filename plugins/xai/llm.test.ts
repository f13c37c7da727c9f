import { afterEach, describe, expect, it } from '@jest/globals'
import { createXaiSimulator } from '../../simulators/xai/index.ts'
import type { LlmRecord, LlmSimulator } from '../../simulators/llm-kit/index.ts'
import { ANSWER, describeLlm, WORDS } from '../../simulators/llm-kit/testing/describe-llm.ts'
import { ask, collect, failureOf, serveAnswers, textOf } from '../../simulators/llm-kit/testing/llm-driver.ts'
import type { AskOptions } from '../../simulators/llm-kit/testing/llm-driver.ts'
import { llm, ROOM_TO_THINK } from './llm.ts'

const KEY = 'xai-secretT3BlbkFJtail'

describeLlm({
  id: 'xai',
  llm,
  key: KEY,
  start: (options) => createXaiSimulator({ keys: { [KEY]: {} }, ...options }),
  hasRequestId: true,
})

describe('the Grok models', () => {
  let simulator: LlmSimulator
  afterEach(() => simulator.close())
  const start = async (keys: Parameters<typeof createXaiSimulator>[0]['keys'] = { [KEY]: {} }) => {
    simulator = await createXaiSimulator({ keys, script: () => ANSWER })
  }
  const stream = (overrides: Partial<AskOptions> = {}) =>
    ask(llm, { apiKey: KEY, origin: simulator.origin, ...overrides })
  const body = () => (simulator.requests.at(-1) as LlmRecord).body

  it('should send temperature and limit, and tell the default model not to reason', async () => {
    await start()
    expect(textOf(await collect(stream({ options: { temperature: 1.7, maxTokens: 50 } })))).toBe(ANSWER)
    expect(body()).toMatchObject({
      model: 'grok-4.3',
      reasoning_effort: 'none',
      temperature: 1.7,
      max_completion_tokens: 50,
      stream_options: { include_usage: true },
    })
  })

  it.each([['grok-4.5'], ['grok-4.6'], ['grok-4.7']])(
    'should let %s, which always thinks, think least, leave room for it, and count it',
    async (model) => {
      await start()
      const told: string[] = []
      const onWarning = (message: string) => told.push(message)
      const request = { options: { model, maxTokens: 30 }, request: { onWarning } }
      const events = await collect(stream(request))
      expect(textOf(events)).toBe(ANSWER)
      expect(body()).toMatchObject({ reasoning_effort: 'low', max_completion_tokens: 30 + ROOM_TO_THINK })
      expect(events.at(-1)).toMatchObject({ usage: { outputTokens: WORDS + 40 } })
      expect(told).toEqual([expect.stringContaining('always thinks')])
    },
  )

  it.each([['grok-4.20-0309-non-reasoning'], ['grok-4.20-0309-reasoning']])(
    'should send no effort to %s, which refuses it',
    async (model) => {
      await start()
      expect(textOf(await collect(stream({ options: { model } })))).toBe(ANSWER)
      expect(body()).not.toHaveProperty('reasoning_effort')
    },
  )

  it('should read an error that comes as JSON with status 200', async () => {
    await start()
    const error = { code: 'The service is currently unavailable', error: 'T3BlbkFJ' }
    const server = await serveAnswers(() => ({ status: 200, body: error }))
    expect(await failureOf(stream({ origin: server.origin }))).toMatchObject({ kind: 'unreachable' })
    await server.close()
  })

  it.each([
    ['a new team without credits (403)', { credit: 'none-yet' }, 'out-of-credit', 'no-credits'],
    ['a spent team (429)', { credit: 'used' }, 'out-of-credit', 'no-credits'],
    ['a blocked key (403)', { keyBlocked: true }, 'rejected', 'key-blocked'],
    ['a disabled key (403)', { keyDisabled: true }, 'rejected', 'key-blocked'],
    ['a blocked team (403)', { teamBlocked: true }, 'rejected', 'team-blocked'],
    ['a key without endpoints (403)', { acls: [] }, 'limited', 'permission-denied'],
    ['a key without this model (404)', { models: ['grok-4.5'] }, 'invalid-request', 'not-found'],
  ] as const)('should tell %s apart', async (_name, account, kind, providerCode) => {
    await start({ [KEY]: account })
    expect(await failureOf(stream())).toMatchObject({ kind, providerCode })
  })
})
