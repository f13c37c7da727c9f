import { createAnthropic } from '@ai-sdk/anthropic'
import { describeNoBorrowedKey } from '../../simulators/llm-kit/testing/describe-no-borrowed-key.ts'
import { llm } from './llm.ts'

describeNoBorrowedKey({
  llm,
  keyVariables: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'],
  addressVariables: ['ANTHROPIC_BASE_URL'],
  createUnguarded: (origin) => createAnthropic({ baseURL: `${origin}/v1` })('claude-haiku-5-5'),
})
