import type { LlmMessage } from '../../provider-kit/index.ts'
import type { CallTool, CallToolAnswer } from '../call-tool.ts'
import { createFakeLlm } from './fake-llm.ts'
import type { FakeReply } from './fake-llm.ts'
import { createManualClock } from './manual-clock.ts'
import { createTestCall } from './test-call.ts'
import type { TestCallOptions } from './test-call.ts'

export const LOOK_UP = { name: 'look_up', arguments: { day: 'Monday' } }
const SCHEMA = {
  type: 'object',
  properties: { day: { type: 'string', enum: ['Monday', 'Tuesday'] } },
  required: ['day'],
  additionalProperties: false,
}

/** A tool that answers when the test says so. */
export const createTool = (overrides: Partial<CallTool> = {}) => {
  const runs: { args: unknown; signal: AbortSignal; answer(value: CallToolAnswer): void; fail(error: Error): void }[] =
    []
  const tool: CallTool = {
    name: 'look_up',
    description: 'Looks up a day.',
    parameters: SCHEMA,
    run: (args, { signal }) =>
      new Promise((answer, fail) => {
        runs.push({ args, signal, answer, fail })
      }),
    ...overrides,
  }
  return { tool, runs }
}

/** A call whose model says these replies in turn and may use these tools. */
export const startWithTools = (
  replies: (FakeReply | string)[],
  tools: CallTool[],
  settings: Partial<TestCallOptions> = {},
) => {
  const clock = settings.clock ?? createManualClock()
  const { options, ...rest } = settings
  const call = createTestCall({
    clock,
    llm: createFakeLlm(clock, replies),
    ...rest,
    options: { tools, ...options },
  })
  call.session.start()
  return call
}

/** Who says what to the model. */
export const rolesOf = (messages: readonly LlmMessage[] | undefined) =>
  (messages ?? []).map(({ role, content }) => [role, content])
