/** What one parameter of a transcription may be. */
type Rule = (value: string) => boolean

const isFlag: Rule = (value) => value === 'true' || value === 'false'
const isCode: Rule = (value) => /^[a-z]{2,3}$/.test(value)
const isOneOf =
  (...values: string[]): Rule =>
  (value) =>
    values.includes(value)
const isBetween =
  (least: number, most: number): Rule =>
  (value) =>
    /^\d+(\.\d+)?$/.test(value) && Number(value) >= least && Number(value) <= most

/** Source: SDK `@elevenlabs/elevenlabs-js` 2.73.0, `wrapper/realtime/scribe` (AudioFormat, BaseOptions and their bounds) */
const RULES: Readonly<Record<string, Rule>> = {
  model_id: isOneOf('scribe_v2_realtime'),
  audio_format: isOneOf(...['pcm_8000', 'pcm_16000', 'pcm_22050', 'pcm_24000', 'pcm_44100', 'pcm_48000'], 'ulaw_8000'),
  commit_strategy: isOneOf('manual', 'vad'),
  vad_silence_threshold_secs: isBetween(0.3, 3),
  vad_threshold: isBetween(0.1, 0.9),
  min_speech_duration_ms: isBetween(50, 2000),
  min_silence_duration_ms: isBetween(50, 2000),
  language_code: isCode,
  secondary_languages: isCode,
  include_timestamps: isFlag,
  include_language_detection: isFlag,
  keyterms: (value) => value.length > 0 && value.length <= 20,
  no_verbatim: isFlag,
  filter_background_audio: isFlag,
  enable_logging: isFlag,
  token: () => true,
}
const REPEATABLE = ['keyterms', 'secondary_languages']
const MAX_KEYTERMS = 50

/** @returns what is wrong with the first bad parameter; undefined where all are good */
export function findTranscribeQueryError(query: URLSearchParams): string | undefined {
  for (const [name, value] of query) {
    const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined
    if (!rule) return `Unknown parameter ${name}.`
    if (!rule(value)) return `Invalid value for ${name}.`
    if (query.getAll(name).length > 1 && !REPEATABLE.includes(name)) return `${name} was given twice.`
  }
  if (!query.has('model_id')) return 'model_id is required.'
  if (query.getAll('keyterms').length > MAX_KEYTERMS) return 'At most 50 keyterms are taken.'
  return undefined
}
