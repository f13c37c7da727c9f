import { defineProvider } from '../../src/provider-kit/index.ts'
import { checkKey } from './check-key.ts'
import { googleCredentials } from './credentials.ts'
import { llm } from './llm.ts'

/** Google: the Gemini language models over the Gemini API of Google AI Studio. */
export default defineProvider({
  specVersion: 1,
  id: 'google',
  name: 'Google Gemini',
  description: 'The Gemini language models, which write what an agent says.',
  kinds: ['llm'],
  docsUrl: 'https://ai.google.dev/gemini-api/docs',
  keyUrl: 'https://aistudio.google.com/apikey',
  origins: { api: 'https://generativelanguage.googleapis.com' },
  credentials: googleCredentials,
  primaryCredential: 'apiKey',
  checkKey,
  llm,
})
