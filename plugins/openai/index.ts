import { defineProvider } from '../../src/provider-kit/index.ts'
import { checkKey } from './check-key.ts'
import { openAiCredentials } from './credentials.ts'
import { llm } from './llm.ts'
import { stt } from './stt.ts'
import { tts } from './tts.ts'

/** OpenAI: language models over chat completions, voices, and transcription. */
export default defineProvider({
  specVersion: 1,
  id: 'openai',
  name: 'OpenAI',
  description: 'Language models that write what an agent says; voices and transcription under the same key.',
  kinds: ['llm', 'tts', 'stt'],
  docsUrl: 'https://developers.openai.com/api/docs',
  keyUrl: 'https://platform.openai.com/api-keys',
  origins: { api: 'https://api.openai.com' },
  credentials: openAiCredentials,
  primaryCredential: 'apiKey',
  checkKey,
  llm,
  tts,
  stt,
})
