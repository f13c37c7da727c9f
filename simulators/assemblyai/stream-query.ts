/** What one parameter of a stream may be. */
type Rule = (value: string) => boolean

const isBoolean: Rule = (value) => value === 'true' || value === 'false'
const isBetween =
  (least: number, most: number): Rule =>
  (value) =>
    /^\d+(\.\d+)?$/.test(value) && Number(value) >= least && Number(value) <= most
const isListOfText: Rule = (value) => {
  try {
    const list: unknown = JSON.parse(value)
    return Array.isArray(list) && list.length <= 100 && list.every((item) => typeof item === 'string')
  } catch {
    return false
  }
}

const UNIVERSAL_3 = ['universal-3-5-pro', 'universal-3-6', 'universal-3-6-pro', 'u3-rt-pro']
const UNIVERSAL_STREAMING = ['universal-streaming-english', 'universal-streaming-multilingual']

export const isUniversal3 = (model: string): boolean => UNIVERSAL_3.includes(model)

/** Source: assemblyai 4.41.5 (`connectionUrl`), assemblyai-api-spec usm-streaming.yml and usm-streaming-u3-pro.yml */
const COMMON: Readonly<Record<string, Rule>> = {
  speech_model: (value) => [...UNIVERSAL_3, ...UNIVERSAL_STREAMING, 'whisper-rt'].includes(value),
  sample_rate: isBetween(8000, 96_000),
  encoding: (value) => ['pcm_s16le', 'pcm_mulaw', 'opus', 'ogg_opus', 'aac'].includes(value),
  inactivity_timeout: isBetween(5, 3600),
  keyterms_prompt: isListOfText,
  language_detection: isBoolean,
  filter_profanity: isBoolean,
  min_turn_silence: isBetween(0, 10_000),
  max_turn_silence: isBetween(0, 60_000),
  vad_threshold: isBetween(0, 1),
  session_heartbeat: isBoolean,
  speaker_labels: isBoolean,
}
const ONLY_UNIVERSAL_3: Readonly<Record<string, Rule>> = {
  prompt: (value) => value.length > 0,
  language_codes: isListOfText,
  continuous_partials: isBoolean,
  interruption_delay: isBetween(0, 1000),
  mode: (value) => ['max_accuracy', 'min_latency', 'balanced'].includes(value),
}
const ONLY_UNIVERSAL_STREAMING: Readonly<Record<string, Rule>> = {
  format_turns: isBoolean,
  end_of_turn_confidence_threshold: isBetween(0, 1),
}

/**
 * Judges the parameters of a stream.
 * @returns what is wrong with the first bad one; undefined where all are good
 */
export function findQueryError(query: URLSearchParams): string | undefined {
  // There is no default. Source: https://assemblyai.com/docs/streaming/universal-streaming
  const model = query.get('speech_model')
  if (!model) return 'Missing required parameter: speech_model'
  const rules = { ...COMMON, ...(isUniversal3(model) ? ONLY_UNIVERSAL_3 : ONLY_UNIVERSAL_STREAMING) }
  for (const [name, value] of query) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined
    if (!rule) return `Unknown parameter for ${model}: ${name}`
    if (!rule(value)) return `Invalid value for parameter ${name}`
  }
  if (!query.has('sample_rate')) return 'Missing required parameter: sample_rate'
  if (query.has('language_codes') && !model.startsWith('universal-3-')) {
    return `language_codes is not supported by ${model}`
  }
  return undefined
}
