import { describeLlmTools } from '../../simulators/llm-kit/testing/describe-llm-tools.ts'
import { createXaiSimulator } from '../../simulators/xai/index.ts'
import { llm } from './llm.ts'

const KEY = 'xai-T3BlbkFJ'

describeLlmTools({
  llm,
  key: KEY,
  start: (options) => createXaiSimulator({ keys: { [KEY]: {} }, ...options }),
  models: ['grok-4.5'],
  noneIn: { tool_choice: 'none' },
})
