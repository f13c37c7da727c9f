import { createGoogleGenerativeAI } from '@ai-sdk/google'
import { describeNoBorrowedKey } from '../../simulators/llm-kit/testing/describe-no-borrowed-key.ts'
import { llm } from './llm.ts'

describeNoBorrowedKey({
  llm,
  keyVariables: ['GOOGLE_GENERATIVE_AI_API_KEY', 'GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  createUnguarded: (origin) => createGoogleGenerativeAI({ baseURL: `${origin}/v1beta` })('gemini-3.5-flash-lite'),
})
