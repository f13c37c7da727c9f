import { defineProvider, SPEC_VERSION } from '../../src/provider-kit/index.ts'
import { checkKey } from './check-key.ts'
import { assemblyAiCredentials } from './credentials.ts'
import { stt } from './stt.ts'

/** AssemblyAI: live transcription of calls. No request tells what is left of an account. */
export default defineProvider({
  specVersion: SPEC_VERSION,
  id: 'assemblyai',
  name: 'AssemblyAI',
  description: 'Turns what callers say into text while they speak, and knows when they have finished.',
  kinds: ['stt'],
  docsUrl: 'https://www.assemblyai.com/docs',
  keyUrl: 'https://www.assemblyai.com/dashboard/api-keys',
  origins: { api: 'https://api.assemblyai.com', streaming: 'https://streaming.assemblyai.com' },
  credentials: assemblyAiCredentials,
  primaryCredential: 'apiKey',
  checkKey,
  stt,
})
