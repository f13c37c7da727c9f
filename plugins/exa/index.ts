import { defineProvider } from '../../src/provider-kit/index.ts'
import { checkKey } from './check-key.ts'
import { exaCredentials } from './credentials.ts'
import { webSearch } from './web-search.ts'

/** Exa: a search of the web made for language models. */
export default defineProvider({
  specVersion: 1,
  id: 'exa',
  name: 'Exa',
  description: 'Searches the web by meaning, with the passages that answer.',
  kinds: ['data'],
  docsUrl: 'https://exa.ai/docs',
  keyUrl: 'https://dashboard.exa.ai/api-keys',
  origins: { api: 'https://api.exa.ai' },
  credentials: exaCredentials,
  primaryCredential: 'apiKey',
  checkKey,
  checkCosts: { amount: '$0.004', note: 'one search, since nothing else tells whether there is credit' },
  webSearch,
})
