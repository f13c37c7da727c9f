import type { SttOptions } from '../../src/provider-kit/index.ts'

export const DEFAULT_MODEL = 'enhanced'

/** Speechmatics writes Mandarin and Cantonese by their own codes. Source: speechmatics/docs, `docs/speech-to-text/languages.mdx` */
const LANGUAGES: Readonly<Record<string, string>> = { zh: 'cmn' }
/** English alone is written in the way of a country. Source: the same, “Output locale” */
const OUTPUT_LOCALES = new Set(['en-GB', 'en-US', 'en-AU'])

/**
 * The first message of a stream, and what of the options is left out.
 * - `max_delay` is how long a final may be held back; for voice agents 0.7 to 1.5 s
 * - `end_of_utterance_silence_trigger` ends a turn; 0.5 to 0.8 s for voice agents, and less than `max_delay`
 * Source: speechmatics/docs, `spec/realtime.yaml` (StartRecognition), `docs/speech-to-text/realtime/turn-detection.mdx`
 */
export function buildStartRecognition({ model = DEFAULT_MODEL, language = 'en', format, keyterms = [] }: SttOptions) {
  const [base = 'en'] = language.toLowerCase().split('-')
  const isMultilingual = model.startsWith('melia')
  const warnings: string[] = []
  if (isMultilingual && keyterms.length > 0) warnings.push(`${model} has no key terms; they are left out.`)
  const message = {
    message: 'StartRecognition',
    audio_format: { type: 'raw', encoding: format.encoding, sample_rate: format.sampleRate },
    transcription_config: {
      language: LANGUAGES[base] ?? base,
      ...(OUTPUT_LOCALES.has(language) ? { output_locale: language } : {}),
      model,
      enable_partials: true,
      max_delay: 0.8,
      conversation_config: { end_of_utterance_silence_trigger: 0.5 },
      ...(keyterms.length > 0 && !isMultilingual ? { additional_vocab: keyterms } : {}),
    },
  }
  return { message, warnings }
}
