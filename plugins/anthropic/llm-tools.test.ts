import { describeLlmTools } from '../../simulators/llm-kit/testing/describe-llm-tools.ts'
import { createAnthropicSimulator } from '../../simulators/anthropic/index.ts'
import { llm } from './llm.ts'

const KEY = 'sk-ant-api03-T3BlbkFJ'

describeLlmTools({
  llm,
  key: KEY,
  start: (options) => createAnthropicSimulator({ keys: { [KEY]: {} }, ...options }),
  // Opus thinks before it calls, and wants its signed thoughts back.
  models: ['claude-sonnet-5-5', 'claude-opus-5-5', 'claude-haiku-4-5'],
  noneIn: { tool_choice: { type: 'none' } },
})
