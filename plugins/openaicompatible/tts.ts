import { createHttpTts } from '../../src/provider-kit/http-tts.ts'
import { requestJson } from '../../src/provider-kit/index.ts'
import type { ListContext, TtsCapability, VoiceInfo } from '../../src/provider-kit/index.ts'
import { PROVIDER, toCompatibleError } from './errors.ts'
import { authorization, createModelChoice, FIRST_MODEL } from './models.ts'
import type { CompatibleCredentials } from './credentials.ts'

const MAX_VOICES = 500

/** Servers name a voice as a word or as an object. */
const toVoice = (voice: unknown): VoiceInfo[] => {
  const { id, voice_id, name } = (typeof voice === 'object' && voice !== null ? voice : { id: voice }) as Record<
    string,
    unknown
  >
  const known = [id, voice_id, name].find((word): word is string => typeof word === 'string' && word !== '')
  return known === undefined ? [] : [{ id: known, name: typeof name === 'string' ? name : known }]
}

/**
 * OpenAI's API has no list of voices; some servers do.
 * Source: https://github.com/remsky/Kokoro-FastAPI (`GET /v1/audio/voices`)
 */
async function listVoices(context: ListContext<CompatibleCredentials>): Promise<readonly VoiceInfo[]> {
  const { credentials, origins, signal, fetch } = context
  const { status, json } = await requestJson({
    provider: PROVIDER,
    url: `${origins.api}/audio/voices`,
    headers: authorization(credentials),
    signal,
    fetch,
  })
  if (status === 404 || status === 405) return []
  const voices = typeof json === 'object' && json !== null ? (json as { voices?: unknown }).voices : undefined
  if (status !== 200) throw toCompatibleError({ status, body: json })
  return Array.isArray(voices) ? voices.flatMap(toVoice).slice(0, MAX_VOICES) : []
}

/**
 * The voices of any server with OpenAI's speech (`POST /audio/speech`), which must know `response_format: "pcm"` and
 * answer it with 24 kHz, 16-bit, little-endian samples without a header, best streamed.
 * Source: https://developers.openai.com/api/docs/guides/text-to-speech
 */
export const tts: TtsCapability<CompatibleCredentials> = {
  encodings: ['mulaw', 'alaw'],
  defaultModel: FIRST_MODEL,
  // The one name that nearly all servers know, because OpenAI's examples use it.
  defaultVoice: 'alloy',
  models: [{ id: FIRST_MODEL, name: 'First voice model of the server' }],
  listVoices,
  open(context, { model, voice = 'alloy', format }, onEvent) {
    const { credentials, origins, fetch } = context
    const chooseModel = createModelChoice(context, 'tts', model)
    return createHttpTts(
      {
        provider: PROVIDER,
        providerName: 'The server',
        format,
        fromRate: 24_000,
        toRequest: async (input, signal) => ({
          url: `${origins.api}/audio/speech`,
          headers: authorization(credentials),
          body: { model: await chooseModel(signal), voice, input, response_format: 'pcm' },
        }),
        mapError: toCompatibleError,
        fetch,
      },
      onEvent,
    )
  },
}
