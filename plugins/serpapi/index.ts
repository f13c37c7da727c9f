import { defineProvider } from '../../src/provider-kit/index.ts'
import { checkKey } from './check-key.ts'
import { serpApiCredentials } from './credentials.ts'
import { mapsSearch } from './maps-search.ts'
import { webSearch } from './web-search.ts'

/** SerpAPI: what Google finds on the web and on the map. */
export default defineProvider({
  specVersion: 1,
  id: 'serpapi',
  name: 'SerpAPI',
  description: 'Finds businesses on the map and pages on the web, by Google.',
  kinds: ['data'],
  docsUrl: 'https://serpapi.com/search-api',
  keyUrl: 'https://serpapi.com/manage-api-key',
  origins: { api: 'https://serpapi.com' },
  credentials: serpApiCredentials,
  primaryCredential: 'apiKey',
  checkKey,
  balance: { field: 'searchesLeft', unit: 'searches' },
  webSearch,
  mapsSearch,
})
