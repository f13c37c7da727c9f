import { toWebSocketOrigin } from '../../src/provider-kit/index.ts'
import type { SttOptions } from '../../src/provider-kit/index.ts'

export const DEFAULT_MODEL = 'nova-3'

/** Silence after which Deepgram calls an utterance ended, in ms. */
const ENDPOINTING_MS = 300
/** Gap between words after which `UtteranceEnd` comes, in ms; 1,000 is the least. Source: https://developers.deepgram.com/docs/utterance-end */
const UTTERANCE_END_MS = 1000
/** Deepgram's own default. Source: deepgram-api-specs asyncapi.yml, ListenV2EotThreshold */
const EOT_THRESHOLD = 0.7
/** Without it Flux sends no EagerEndOfTurn. Source: deepgram-api-specs asyncapi.yml, ListenV2EagerEotThreshold */
const EAGER_EOT_THRESHOLD = 0.4
const EOT_TIMEOUT_MS = 5000

export type ListenRequest = {
  version: 'v1' | 'v2'
  url: string
  /** What the options ask for and the model does not have. */
  warnings: readonly string[]
}

/** Flux speaks another protocol, on `/v2/listen`. Source: https://developers.deepgram.com/docs/flux/quickstart */
const isFlux = (model: string): boolean => model.startsWith('flux-')

/** Builds the address of a stream. Source of the parameters: deepgram-api-specs asyncapi.yml (ListenV1, ListenV2). */
export function buildListenRequest({ origin, options }: { origin: string; options: SttOptions }): ListenRequest {
  const model = options.model ?? DEFAULT_MODEL
  const build = isFlux(model) ? buildV2 : buildV1
  const { query, warnings } = build(model, options)
  const version = isFlux(model) ? 'v2' : 'v1'
  return { version, url: `${toWebSocketOrigin(origin)}/${version}/listen?${query}`, warnings }
}

function buildV1(model: string, { format, language, keyterms = [] }: SttOptions) {
  const warnings: string[] = []
  const query = new URLSearchParams({
    model,
    encoding: format.encoding,
    sample_rate: String(format.sampleRate),
    channels: '1',
    interim_results: 'true',
    endpointing: String(ENDPOINTING_MS),
    utterance_end_ms: String(UTTERANCE_END_MS),
    vad_events: 'true',
    smart_format: 'true',
    punctuate: 'true',
    language: language ?? 'en',
  })
  // Only Nova-3 has key terms. Source: https://developers.deepgram.com/docs/keyterm
  if (model.startsWith('nova-3')) for (const keyterm of keyterms) query.append('keyterm', keyterm)
  else if (keyterms.length > 0) warnings.push(`Deepgram's model ${model} has no key terms; they are left out.`)
  return { query, warnings }
}

function buildV2(model: string, { format, language, keyterms = [] }: SttOptions) {
  const warnings: string[] = []
  const query = new URLSearchParams({
    model,
    encoding: format.encoding,
    sample_rate: String(format.sampleRate),
    eot_threshold: String(EOT_THRESHOLD),
    eager_eot_threshold: String(EAGER_EOT_THRESHOLD),
    eot_timeout_ms: String(EOT_TIMEOUT_MS),
  })
  const base = language?.split('-')[0]?.toLowerCase()
  // Source: https://developers.deepgram.com/docs/flux/language-prompting
  if (model === 'flux-general-multi' && base) query.append('language_hint', base)
  else if (base && base !== 'en') warnings.push(`Deepgram's model ${model} hears English only, not ${language}.`)
  for (const keyterm of keyterms) query.append('keyterm', keyterm)
  return { query, warnings }
}
