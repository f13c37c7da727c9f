import { describeLlmTools } from '../../simulators/llm-kit/testing/describe-llm-tools.ts'
import { createOpenAiSimulator } from '../../simulators/openai/index.ts'
import { llm } from './llm.ts'

const KEY = 'sk-proj-T3BlbkFJ'

describeLlmTools({
  llm,
  key: KEY,
  start: (options) => createOpenAiSimulator({ keys: { [KEY]: {} }, ...options }),
  models: ['gpt-5-mini'],
  noneIn: { tool_choice: 'none' },
})
