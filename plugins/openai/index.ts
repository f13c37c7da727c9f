import { defineProvider } from '../../src/provider-kit/index.ts'
import { checkKey } from './check-key.ts'
import { openAiCredentials } from './credentials.ts'
import { llm } from './llm.ts'

/** OpenAI: language models over chat completions. */
export default defineProvider({
  specVersion: 1,
  id: 'openai',
  name: 'OpenAI',
  description: 'Language models that write what an agent says.',
  kinds: ['llm'],
  docsUrl: 'https://developers.openai.com/api/docs',
  keyUrl: 'https://platform.openai.com/api-keys',
  origins: { api: 'https://api.openai.com' },
  credentials: openAiCredentials,
  primaryCredential: 'apiKey',
  checkKey,
  llm,
})
