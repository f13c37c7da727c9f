import { createAnthropicSimulator } from '../../simulators/anthropic/index.ts'
import { describeListModels } from '../../simulators/llm-kit/testing/describe-list-models.ts'
import { llm } from './llm.ts'

describeListModels({
  llm,
  provider: 'anthropic',
  key: 'sk-ant-api03-T3BlbkFJ',
  otherModel: 'claude-sonnet-5-5',
  create: (keys) => createAnthropicSimulator({ keys }),
})
