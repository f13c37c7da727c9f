import { defineProvider, SPEC_VERSION } from '../../src/provider-kit/index.ts'
import { checkKey } from './check-key.ts'
import { compatibleCredentials } from './credentials.ts'
import { llm } from './llm.ts'
import { stt } from './stt.ts'
import { tts } from './tts.ts'

/** Any server with OpenAI's API: models, voices and transcription that somebody hosts themselves. */
export default defineProvider({
  specVersion: SPEC_VERSION,
  id: 'openaicompatible',
  name: 'OpenAI-compatible endpoint',
  description: 'A model or speech server of your own, such as vLLM, Ollama, LiteLLM, Kokoro or Speaches.',
  kinds: ['llm', 'tts', 'stt'],
  docsUrl: 'https://developers.openai.com/api/reference',
  keyUrl: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html',
  // Taken from the credential; this one resolves to nothing.
  origins: { api: 'http://not-allowed.invalid' },
  credentials: compatibleCredentials,
  primaryCredential: 'apiKey',
  addressCredential: 'baseUrl',
  checkKey,
  llm,
  tts,
  stt,
})
