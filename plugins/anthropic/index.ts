import { defineProvider } from '../../src/provider-kit/index.ts'
import { anthropicCredentials } from './credentials.ts'
import { checkKey } from './check-key.ts'
import { llm } from './llm.ts'

/** Anthropic: the Claude language models over the Messages API. */
export default defineProvider({
  specVersion: 1,
  id: 'anthropic',
  name: 'Anthropic',
  description: 'The Claude language models, which write what an agent says.',
  kinds: ['llm'],
  docsUrl: 'https://platform.claude.com/docs',
  keyUrl: 'https://platform.claude.com/settings/keys',
  origins: { api: 'https://api.anthropic.com' },
  credentials: anthropicCredentials,
  primaryCredential: 'apiKey',
  checkKey,
  llm,
})
