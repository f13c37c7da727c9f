import { describeLlmTools } from '../../simulators/llm-kit/testing/describe-llm-tools.ts'
import { createGoogleSimulator } from '../../simulators/google/index.ts'
import { llm } from './llm.ts'

const KEY = 'AQ.T3BlbkFJ'

describeLlmTools({
  llm,
  key: KEY,
  start: (options) => createGoogleSimulator({ keys: { [KEY]: {} }, ...options }),
  // The default signs its calls, and wants the signature back.
  models: ['gemini-3.8-flash', 'gemini-2.5-flash'],
  canBeMalformed: false,
  noneIn: { toolConfig: { functionCallingConfig: { mode: 'NONE' } } },
})
