import { toWebSocketOrigin } from '../../src/provider-kit/index.ts'
import type { SttOptions } from '../../src/provider-kit/index.ts'

export const DEFAULT_MODEL = 'universal-3-5-pro'

/** Silence that ends a turn whatever was said, in ms; the documented default of Universal-3 Pro, written out. */
const MAX_TURN_SILENCE_MS = 1000
/**
 * How long Universal-3 listens before it tells the first words of a turn, in ms, 0 to 1,000. Its own 500 tell them
 * 750 ms after the start of speech: too late for an agent that was interrupted and waits 800 ms for words.
 * Source: https://assemblyai.com/docs/streaming/updating-configuration-mid-stream, livekit/agents#5819
 */
const INTERRUPTION_DELAY_MS = 250
/** A stream that nobody uses any more is ended by AssemblyAI, which counts its time until then. In s, 5 to 3,600. */
const INACTIVITY_TIMEOUT_S = 60
/** Source: https://assemblyai.com/docs/streaming/migration-guides/universal-to-universal-3-5-pro-streaming */
const MAX_KEYTERMS = 100
/** Not confirmed: longer ones may be taken. */
const MAX_KEYTERM_LENGTH = 50
/** What every model but the English one hears. Source: the migration guide above. */
const LANGUAGES = ['en', 'es', 'de', 'fr', 'pt', 'it']

export type StreamRequest = {
  url: string
  /** An ended turn comes twice: as it was heard, then with punctuation. */
  isFormattedLater: boolean
  /** What the options ask for and the model does not have. */
  warnings: readonly string[]
}

/**
 * Builds the address of a stream.
 * Sources: assemblyai 4.41.5 (`connectionUrl`), AssemblyAI/assemblyai-api-spec usm-streaming.yml, usm-streaming-u3-pro.yml
 */
export function buildStreamRequest({ origin, options }: { origin: string; options: SttOptions }): StreamRequest {
  const model = options.model ?? DEFAULT_MODEL
  const isUniversal3 = /^(u3|universal-3)-/.test(model)
  const isUniversalStreaming = model.startsWith('universal-streaming')
  const warnings: string[] = []
  const query = new URLSearchParams({
    sample_rate: String(options.format.sampleRate),
    encoding: 'pcm_mulaw',
    speech_model: model,
    inactivity_timeout: String(INACTIVITY_TIMEOUT_S),
  })
  // Universal-3 formats always, and refuses the parameter.
  if (isUniversalStreaming) query.set('format_turns', 'true')
  if (isUniversal3) {
    query.set('max_turn_silence', String(MAX_TURN_SILENCE_MS))
    query.set('interruption_delay', String(INTERRUPTION_DELAY_MS))
  }
  chooseLanguage({ model, language: options.language, query, warnings })
  const keyterms = pickKeyterms(options.keyterms ?? [], warnings)
  if (keyterms.length > 0 && (isUniversal3 || isUniversalStreaming)) {
    query.set('keyterms_prompt', JSON.stringify(keyterms))
  } else if (keyterms.length > 0) {
    warnings.push(`AssemblyAI's model ${model} has no key terms; they are left out.`)
  }
  return { url: `${toWebSocketOrigin(origin)}/v3/ws?${query}`, isFormattedLater: isUniversalStreaming, warnings }
}

/** Only Universal-3.5 can be told the language; the English model hears nothing else, the others find it themselves. */
function chooseLanguage({
  model,
  language,
  query,
  warnings,
}: {
  model: string
  language?: string
  query: URLSearchParams
  warnings: string[]
}): void {
  const base = language?.split('-')[0]?.toLowerCase()
  if (!base || base === 'multi' || base === 'auto' || model.startsWith('whisper')) return
  if (model === 'universal-streaming-english') {
    if (base !== 'en') warnings.push(`AssemblyAI's model ${model} hears English only, not ${language}.`)
  } else if (!LANGUAGES.includes(base)) {
    warnings.push(`AssemblyAI's model ${model} does not list ${language} among its languages.`)
  } else if (model.startsWith('universal-3-5')) {
    query.set('language_codes', JSON.stringify([base]))
  }
}

function pickKeyterms(keyterms: readonly string[], warnings: string[]): string[] {
  const short = keyterms.filter((term) => term.length <= MAX_KEYTERM_LENGTH)
  const picked = short.slice(0, MAX_KEYTERMS)
  if (picked.length < keyterms.length) {
    warnings.push('AssemblyAI takes 100 key terms of 50 characters each; the others are left out.')
  }
  return picked
}
