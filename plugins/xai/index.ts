import { defineProvider } from '../../src/provider-kit/index.ts'
import { checkKey } from './check-key.ts'
import { xaiCredentials } from './credentials.ts'
import { llm } from './llm.ts'
import { stt } from './stt.ts'
import { tts } from './tts.ts'

/** xAI: the Grok language models over chat completions, voices, and transcription. */
export default defineProvider({
  specVersion: 1,
  id: 'xai',
  name: 'xAI',
  description: 'The Grok language models, which write what an agent says; voices and transcription under the same key.',
  kinds: ['llm', 'tts', 'stt'],
  docsUrl: 'https://docs.x.ai',
  keyUrl: 'https://console.x.ai',
  origins: { api: 'https://api.x.ai' },
  credentials: xaiCredentials,
  primaryCredential: 'apiKey',
  checkKey,
  llm,
  tts,
  stt,
})
