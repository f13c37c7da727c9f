import { z } from 'zod'
import { defineProvider } from '../../provider-kit/index.ts'
import type { ProviderManifest } from '../../provider-kit/index.ts'

const base = {
  specVersion: 1 as const,
  description: 'Exists in tests alone.',
  docsUrl: 'https://provider.example/docs',
  keyUrl: 'https://provider.example/keys',
  origins: { api: 'https://api.provider.example' },
  credentials: z.object({ apiKey: z.string() }),
  primaryCredential: 'apiKey',
  checkKey: async () => ({ status: 'valid' as const, capabilities: {}, message: 'Good.', metadata: {} }),
}

/** Never reached: the suites that use these providers make no calls. */
const unused = (): never => {
  throw new Error('A provider of a test was called')
}

/** One provider of each kind that an agent or a number chooses from, so that suites do not depend on which are installed. */
export const fakeProviders: ProviderManifest[] = [
  defineProvider({
    ...base,
    id: 'hearer',
    name: 'Hearer',
    kinds: ['stt'],
    stt: { encodings: ['mulaw'], models: [], defaultModel: 'ear-1', open: unused },
  }),
  defineProvider({
    ...base,
    id: 'thinker',
    name: 'Thinker',
    kinds: ['llm'],
    llm: { models: [], defaultModel: 'brain-1', create: unused },
  }),
  defineProvider({
    ...base,
    id: 'speaker',
    name: 'Speaker',
    kinds: ['tts'],
    tts: { encodings: ['mulaw'], models: [], defaultModel: 'mouth-1', defaultVoice: 'alto', open: unused },
  }),
  defineProvider({
    ...base,
    id: 'carrier',
    name: 'Carrier',
    kinds: ['telephony'],
    telephony: {
      encodings: ['mulaw'],
      verifyWebhook: unused,
      parseWebhook: unused,
      createClient: unused,
      createMediaCodec: unused,
    },
  }),
]

/** What makes an agent complete with these providers. */
export const fakeProviderChoice = {
  stt: { provider: 'hearer' },
  llm: { provider: 'thinker' },
  tts: { provider: 'speaker' },
}
