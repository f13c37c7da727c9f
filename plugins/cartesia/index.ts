import { defineProvider } from '../../src/provider-kit/index.ts'
import { checkKey } from './check-key.ts'
import { cartesiaCredentials } from './credentials.ts'
import { createCartesiaTts } from './tts.ts'

/** Cartesia: the voices of its Sonic models. */
export default defineProvider({
  specVersion: 1,
  id: 'cartesia',
  name: 'Cartesia',
  description: 'Quick voices that speak what an agent says.',
  kinds: ['tts'],
  docsUrl: 'https://docs.cartesia.ai',
  keyUrl: 'https://play.cartesia.ai/keys',
  origins: { api: 'https://api.cartesia.ai' },
  credentials: cartesiaCredentials,
  primaryCredential: 'apiKey',
  checkKey,
  tts: createCartesiaTts(),
})
