import { defineProvider } from '../../src/provider-kit/index.ts'
import { checkKey } from './check-key.ts'
import { xaiCredentials } from './credentials.ts'
import { llm } from './llm.ts'

/** xAI: the Grok language models over chat completions. */
export default defineProvider({
  specVersion: 1,
  id: 'xai',
  name: 'xAI',
  description: 'The Grok language models, which write what an agent says.',
  kinds: ['llm'],
  docsUrl: 'https://docs.x.ai',
  keyUrl: 'https://console.x.ai',
  origins: { api: 'https://api.x.ai' },
  credentials: xaiCredentials,
  primaryCredential: 'apiKey',
  checkKey,
  llm,
})
