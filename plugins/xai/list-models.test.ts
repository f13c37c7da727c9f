import { createXaiSimulator } from '../../simulators/xai/index.ts'
import { describeListModels } from '../../simulators/llm-kit/testing/describe-list-models.ts'
import { llm } from './llm.ts'

describeListModels({
  llm,
  provider: 'xai',
  key: 'xai-T3BlbkFJ-good',
  otherModel: 'grok-4.5',
  create: (keys) => createXaiSimulator({ keys }),
})
