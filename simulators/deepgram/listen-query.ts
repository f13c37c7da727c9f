/** What one parameter of a stream may be. */
type Rule = (value: string) => boolean

const isBoolean: Rule = (value) => value === 'true' || value === 'false'
const isAny: Rule = (value) => value.length > 0
const isWholeNumber: Rule = (value) => /^\d{1,6}$/.test(value)
const isOneOf =
  (...values: string[]): Rule =>
  (value) =>
    values.includes(value)
const isBetween =
  (least: number, most: number): Rule =>
  (value) =>
    /^\d+(\.\d+)?$/.test(value) && Number(value) >= least && Number(value) <= most

/** Source: deepgram-api-specs asyncapi.yml (ListenV1) and `@deepgram/sdk` 5.13.0 (listen.v1.connect). */
const V1_RULES: Readonly<Record<string, Rule>> = {
  callback: isAny,
  callback_method: isOneOf('POST', 'GET', 'PUT', 'DELETE'),
  channels: isOneOf('1'),
  detect_entities: isBoolean,
  diarize: isBoolean,
  diarize_model: isAny,
  dictation: isBoolean,
  encoding: isOneOf(
    ...['linear16', 'linear32', 'flac', 'alaw', 'mulaw', 'amr-nb', 'amr-wb', 'opus', 'ogg-opus', 'speex', 'g729'],
  ),
  endpointing: (value) => value === 'true' || value === 'false' || isWholeNumber(value),
  extra: isAny,
  interim_results: isBoolean,
  keyterm: isAny,
  keywords: isAny,
  language: (value) => /^(multi|[a-z]{2,3}(-[A-Za-z0-9]{2,4})?)$/.test(value),
  mip_opt_out: isBoolean,
  model: (value) => /^(nova-[23]|nova|enhanced|base|whisper)(-[a-z]+)*$|^[0-9a-f-]{36}$/.test(value),
  multichannel: isOneOf('false'),
  numerals: isBoolean,
  profanity_filter: isBoolean,
  punctuate: isBoolean,
  redact: isAny,
  replace: isAny,
  sample_rate: isWholeNumber,
  search: isAny,
  smart_format: isBoolean,
  tag: isAny,
  utterance_end_ms: isWholeNumber,
  vad_events: isBoolean,
  version: isAny,
}

/** Source: deepgram-api-specs asyncapi.yml (ListenV2) and `@deepgram/sdk` 5.13.0 (listen.v2.connect). */
const V2_RULES: Readonly<Record<string, Rule>> = {
  model: isOneOf('flux-general-en', 'flux-general-multi'),
  encoding: isOneOf('linear16', 'linear32', 'mulaw', 'alaw', 'opus', 'ogg-opus'),
  sample_rate: isWholeNumber,
  eot_threshold: isBetween(0.5, 1),
  eager_eot_threshold: isBetween(0.3, 0.9),
  eot_timeout_ms: isBetween(500, 10_000),
  keyterm: isAny,
  language_hint: (value) => /^[a-z]{2}$/.test(value),
  profanity_filter: isBoolean,
  numerals: isBoolean,
  redact: isAny,
  mip_opt_out: isBoolean,
  tag: isAny,
}

/**
 * Judges the parameters of a stream.
 * @returns what is wrong with the first bad one; undefined where all are good
 */
export function findQueryError(version: 'v1' | 'v2', query: URLSearchParams): string | undefined {
  const rules = version === 'v1' ? V1_RULES : V2_RULES
  for (const [name, value] of query) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined
    if (!rule) return `Unknown parameter: ${name}`
    if (!rule(value)) return `Invalid value for parameter ${name}`
  }
  if (query.has('encoding') && !query.has('sample_rate')) return 'sample_rate is required when encoding is specified'
  return version === 'v1' ? findV1Conflict(query) : findV2Conflict(query)
}

function findV1Conflict(query: URLSearchParams): string | undefined {
  const utteranceEnd = query.get('utterance_end_ms')
  if (utteranceEnd && query.get('interim_results') !== 'true') return 'utterance_end_ms requires interim_results=true'
  if (utteranceEnd && Number(utteranceEnd) < 1000) return 'utterance_end_ms must be 1000 or more'
  const isNova3 = query.get('model')?.startsWith('nova-3') === true
  if (query.has('keyterm') && !isNova3) return 'keyterm is only supported by nova-3'
  return query.has('keywords') && isNova3 ? 'keywords are not supported by nova-3, use keyterm' : undefined
}

function findV2Conflict(query: URLSearchParams): string | undefined {
  if (!query.has('model')) return 'model is required'
  if (query.has('language_hint') && query.get('model') !== 'flux-general-multi') {
    return 'language_hint is only supported by flux-general-multi'
  }
  const eager = Number(query.get('eager_eot_threshold') ?? 0)
  return eager > Number(query.get('eot_threshold') ?? 0.7)
    ? 'eager_eot_threshold must not exceed eot_threshold'
    : undefined
}
