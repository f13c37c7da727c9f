import { defineProvider, SPEC_VERSION } from '../../src/provider-kit/index.ts'
import { checkKey } from './check-key.ts'
import { sonioxCredentials } from './credentials.ts'
import { stt } from './stt.ts'

/** Soniox: live transcription of calls in sixty languages. What is left of an account it tells only an organization. */
export default defineProvider({
  specVersion: SPEC_VERSION,
  id: 'soniox',
  name: 'Soniox',
  description: 'Turns what callers say into text while they speak, in sixty languages.',
  kinds: ['stt'],
  docsUrl: 'https://soniox.com/docs',
  keyUrl: 'https://console.soniox.com',
  origins: { api: 'https://api.soniox.com', realtime: 'https://stt-rt.soniox.com' },
  credentials: sonioxCredentials,
  primaryCredential: 'apiKey',
  checkKey,
  stt,
})
