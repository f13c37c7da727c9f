import { defineProvider } from '../../src/provider-kit/index.ts'
import { checkKey } from './check-key.ts'
import { humeCredentials } from './credentials.ts'
import { tts } from './tts.ts'

/**
 * Hume: the voices of Octave. Its service ended, so it is offered only where the operator asks for it.
 * Source: the notice on https://dev.hume.ai/intro (November 2026)
 */
export default defineProvider({
  specVersion: 1,
  id: 'hume',
  name: 'Hume',
  description: 'Expressive voices that speak what an agent says.',
  kinds: ['tts'],
  docsUrl: 'https://dev.hume.ai',
  keyUrl: 'https://platform.hume.ai/settings/keys',
  origins: { api: 'https://api.hume.ai' },
  credentials: humeCredentials,
  primaryCredential: 'apiKey',
  sunset: {
    date: '2026-11-13',
    message:
      'Hume ended its speech service on 13 November 2026. Choose another voice, ElevenLabs or Cartesia for instance.',
  },
  isOffByDefault: true,
  checkKey,
  tts,
})
