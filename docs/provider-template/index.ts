import { defineProvider, SPEC_VERSION } from '../../src/provider-kit/index.ts'
import { checkKey } from './check-key.ts'
import { acmeCredentials } from './credentials.ts'
import { stt } from './stt.ts'

/** Acme: live transcription of calls. There is no such provider: this is the template of a plugin. */
export default defineProvider({
  specVersion: SPEC_VERSION,
  id: 'acme',
  name: 'Acme',
  description: 'Turns what callers say into text while they speak.',
  kinds: ['stt'],
  docsUrl: 'https://docs.acme.example',
  keyUrl: 'https://console.acme.example/keys',
  origins: { api: 'https://api.acme.example' },
  credentials: acmeCredentials,
  primaryCredential: 'apiKey',
  checkKey,
  balance: { field: 'minutesLeft', unit: 'minutes' },
  stt,
})
