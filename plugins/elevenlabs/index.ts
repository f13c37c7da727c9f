import { defineProvider } from '../../src/provider-kit/index.ts'
import { checkKey } from './check-key.ts'
import { elevenLabsCredentials } from './credentials.ts'
import { stt } from './stt.ts'
import { tts } from './tts.ts'

/** ElevenLabs: voices, voice cloning where the plan has it, and live transcription with Scribe. */
export default defineProvider({
  specVersion: 1,
  id: 'elevenlabs',
  name: 'ElevenLabs',
  description: 'Voices that speak what an agent says; transcription of what callers say under the same key.',
  kinds: ['tts', 'stt'],
  capabilities: ['voice-cloning'],
  docsUrl: 'https://elevenlabs.io/docs',
  keyUrl: 'https://elevenlabs.io/app/settings/api-keys',
  origins: { api: 'https://api.elevenlabs.io' },
  credentials: elevenLabsCredentials,
  primaryCredential: 'apiKey',
  checkKey,
  balance: { field: 'creditsLeft', unit: 'credits' },
  tts,
  stt,
})
