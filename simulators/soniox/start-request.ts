import { parseObject } from './shape.ts'

type Rule = (value: unknown) => boolean

const isBoolean: Rule = (value) => typeof value === 'boolean'
const isText: Rule = (value) => typeof value === 'string' && value.length > 0
const isBetween =
  (least: number, most: number): Rule =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most
const isListOf =
  (rule: Rule): Rule =>
  (value) =>
    Array.isArray(value) && value.every(rule)

/** Raw formats need a rate and a number of channels. Only those that telephones speak are decoded here. */
const RAW_FORMATS = ['mulaw', 'alaw', 'pcm_s16le']
const MODELS = ['stt-rt-v5', 'stt-rt-v4']
/** Source: https://soniox.com/docs/stt/concepts/supported-languages */
const LANGUAGES = (
  'af ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr gl gu he hi hr hu id it ja kk kn ko lt lv mk ml mr ms ' +
  'nl no pa pl pt ro ru sk sl sq sr sv sw ta te th tl tr uk ur vi zh'
).split(' ')
const isLanguage: Rule = (value) => typeof value === 'string' && LANGUAGES.includes(value)

/** Source: https://soniox.com/docs/api-reference/stt/websocket-api, @soniox/node 2.3.0 (`buildConfigMessage`) */
const RULES: Readonly<Record<string, Rule>> = {
  api_key: isText,
  model: isText,
  audio_format: (value) => typeof value === 'string' && ['auto', ...RAW_FORMATS].includes(value),
  sample_rate: isBetween(8000, 48_000),
  num_channels: isBetween(1, 2),
  language_hints: isListOf(isText),
  language_hints_strict: isBoolean,
  enable_speaker_diarization: isBoolean,
  enable_language_identification: isBoolean,
  enable_endpoint_detection: isBoolean,
  max_endpoint_delay_ms: isBetween(500, 3000),
  endpoint_sensitivity: isBetween(-1, 1),
  endpoint_latency_adjustment_level: isBetween(0, 3),
  client_reference_id: (value) => typeof value === 'string' && value.length <= 256,
  context: (value) => JSON.stringify(value).length <= 12_000,
  translation: (value) => typeof value === 'object',
}

/** A start request that was accepted. */
export type Start = {
  message: Readonly<Record<string, unknown>>
  format: 'mulaw' | 'alaw' | 'pcm_s16le'
  sampleRate: number
  hasEndpoints: boolean
  maxEndpointDelayMs: number
}

/** Reads the first message of a stream; a text is what is wrong with it. */
export function readStart(data: Buffer): Start | string {
  const message = parseObject(data)
  if (!message) return 'Start request is not valid JSON.'
  for (const [name, value] of Object.entries(message)) {
    const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined
    if (!rule) return `Unknown field: ${name}.`
    if (!rule(value)) return `Invalid value for field ${name}.`
  }
  if (!MODELS.includes(String(message.model))) return 'Invalid model specified.'
  if (Array.isArray(message.language_hints) && !message.language_hints.every(isLanguage)) {
    return 'Invalid language hint.'
  }
  const format = RAW_FORMATS.find((candidate) => candidate === message.audio_format)
  if (!format) return 'Audio format could not be detected.'
  if (message.sample_rate === undefined || message.num_channels === undefined) {
    return 'Sample rate and number of channels are required for raw audio formats.'
  }
  return {
    message,
    format: format as Start['format'],
    sampleRate: Number(message.sample_rate),
    hasEndpoints: message.enable_endpoint_detection === true,
    maxEndpointDelayMs: Number(message.max_endpoint_delay_ms ?? 2000),
  }
}
