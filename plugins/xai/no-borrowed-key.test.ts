import { createXai } from '@ai-sdk/xai'
import { describeNoBorrowedKey } from '../../simulators/llm-kit/testing/describe-no-borrowed-key.ts'
import { llm } from './llm.ts'

describeNoBorrowedKey({
  llm,
  keyVariables: ['XAI_API_KEY'],
  createUnguarded: (origin) => createXai({ baseURL: `${origin}/v1` }).chat('grok-4.3'),
})
