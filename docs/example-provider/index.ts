import { defineProvider, SPEC_VERSION } from '../../src/provider-kit/index.ts'
import { checkKey } from './check-key.ts'
import { speechmaticsCredentials } from './credentials.ts'
import { stt } from './stt.ts'

/** Speechmatics: live transcription of calls. Written by following docs/write-a-provider.md; not offered by the product. */
export default defineProvider({
  specVersion: SPEC_VERSION,
  id: 'speechmatics',
  name: 'Speechmatics',
  description: 'Turns what callers say into text while they speak.',
  kinds: ['stt'],
  docsUrl: 'https://docs.speechmatics.com',
  keyUrl: 'https://portal.speechmatics.com/settings/api-keys/',
  origins: { api: 'https://eu1.asr.api.speechmatics.com', realtime: 'https://eu.rt.speechmatics.com' },
  credentials: speechmaticsCredentials,
  primaryCredential: 'apiKey',
  checkKey,
  stt,
})
