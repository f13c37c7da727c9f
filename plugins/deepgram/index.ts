import { defineProvider, SPEC_VERSION } from '../../src/provider-kit/index.ts'
import { checkKey } from './check-key.ts'
import { deepgramCredentials } from './credentials.ts'
import { stt } from './stt.ts'
import { tts } from './tts.ts'

/** Deepgram: live transcription of calls with Nova and Flux, and the voices of Aura. */
export default defineProvider({
  specVersion: SPEC_VERSION,
  id: 'deepgram',
  name: 'Deepgram',
  description: 'Turns what callers say into text while they speak, and speaks what an agent says.',
  kinds: ['stt', 'tts'],
  docsUrl: 'https://developers.deepgram.com/docs',
  keyUrl: 'https://console.deepgram.com',
  origins: { api: 'https://api.deepgram.com' },
  credentials: deepgramCredentials,
  primaryCredential: 'apiKey',
  checkKey,
  balance: { field: 'balance', unitField: 'currency' },
  stt,
  tts,
})
