import { createHttpTts } from '../../src/provider-kit/http-tts.ts'
import type { TtsCapability, VoiceInfo } from '../../src/provider-kit/index.ts'
import { toOpenAiError } from './errors.ts'
import type { OpenAiCredentials } from './credentials.ts'

const DEFAULT_TTS_MODEL = 'gpt-4o-mini-tts'
const DEFAULT_VOICE = 'marin'

/** OpenAI takes 4,096 characters; shorter pieces are heard sooner. Source: openai-node 6.49.0, `SpeechCreateParams.input` */
const MAX_CHARS = 1000

/**
 * The built-in voices, OpenAI's own recommendation first; there is no list in the API.
 * Sources: openai-node 6.49.0, `SpeechCreateParams.voice`; https://developers.openai.com/api/docs/guides/text-to-speech
 */
const VOICES: readonly VoiceInfo[] = [
  { id: 'marin', name: 'Marin', description: 'Recommended by OpenAI for its quality.' },
  { id: 'cedar', name: 'Cedar', description: 'Recommended by OpenAI for its quality.' },
  ...['alloy', 'ash', 'ballad', 'coral', 'echo', 'fable', 'nova', 'onyx', 'sage', 'shimmer', 'verse'].map((id) => ({
    id,
    name: `${id.charAt(0).toUpperCase()}${id.slice(1)}`,
  })),
]

/** Voices that the models before `gpt-4o-mini-tts` lack. Source: the guide's section on voice options */
const NEW_VOICES: readonly string[] = ['ballad', 'cedar', 'marin', 'verse']
/** Speaks where an old model lacks the voice that was asked for. */
const OLD_MODEL_VOICE = 'nova'

const chooseVoice = (model: string, voice: string) => {
  if (!model.startsWith('tts-1') || !NEW_VOICES.includes(voice)) return { voice, warnings: [] }
  return { voice: OLD_MODEL_VOICE, warnings: [`${model} has no voice ${voice}; ${OLD_MODEL_VOICE} speaks instead.`] }
}

/**
 * OpenAI's voices (`POST /v1/audio/speech`): one request for each piece of text, headerless 24 kHz samples streamed back.
 * The language is told by the text itself, so a wished one is not sent.
 * Source: https://developers.openai.com/api/docs/guides/text-to-speech (`pcm`: 24 kHz, 16-bit signed, little-endian)
 */
export const tts: TtsCapability<OpenAiCredentials> = {
  encodings: ['mulaw', 'alaw'],
  defaultModel: DEFAULT_TTS_MODEL,
  defaultVoice: DEFAULT_VOICE,
  models: [
    { id: DEFAULT_TTS_MODEL, name: 'GPT-4o mini TTS', description: 'Natural, many languages, starts quickly.' },
    { id: 'tts-1', name: 'TTS-1', description: 'The generation before; fewer voices.' },
    { id: 'tts-1-hd', name: 'TTS-1 HD', description: 'The generation before, slower and a little clearer.' },
  ],
  listVoices: async () => VOICES,
  open({ credentials, origins }, { model = DEFAULT_TTS_MODEL, voice = DEFAULT_VOICE, format }, onEvent) {
    const chosen = chooseVoice(model, voice)
    return createHttpTts(
      {
        provider: 'openai',
        providerName: 'OpenAI',
        format,
        fromRate: 24_000,
        maxChars: MAX_CHARS,
        warnings: chosen.warnings,
        toRequest: (input) => ({
          url: `${origins.api}/v1/audio/speech`,
          headers: { authorization: `Bearer ${credentials.apiKey}` },
          body: { model, voice: chosen.voice, input, response_format: 'pcm' },
        }),
        mapError: toOpenAiError,
      },
      onEvent,
    )
  },
}
