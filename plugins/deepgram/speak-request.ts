import { toWebSocketOrigin } from '../../src/provider-kit/index.ts'
import type { TtsOptions } from '../../src/provider-kit/index.ts'

/** At Deepgram a model is a voice; this names the family, and what is asked for beside a voice. */
export const DEFAULT_MODEL = 'aura-2'
export const DEFAULT_VOICE = 'aura-2-thalia-en'

/** A voice for each language of Aura-2, for whoever chose none. Source: deepgram-api-specs asyncapi.yml, SpeakV1Model */
const VOICE_BY_LANGUAGE: Readonly<Record<string, string>> = {
  en: DEFAULT_VOICE,
  es: 'aura-2-celeste-es',
  de: 'aura-2-viktoria-de',
  nl: 'aura-2-rhea-nl',
  fr: 'aura-2-agathe-fr',
  it: 'aura-2-livia-it',
  ja: 'aura-2-izanami-ja',
}

/** `aura-2-thalia-en`, `aura-asteria-en`: the last part is the language. */
const VOICE = /^aura(?:-2)?-[a-z]+-([a-z]{2})$/

export type SpeakRequest = {
  url: string
  /** What the options ask for and the voice does not have. */
  warnings: readonly string[]
}

/** Builds the address of a speaking connection. Source of the parameters: deepgram-api-specs asyncapi.yml, `/v1/speak` */
export function buildSpeakRequest({ origin, options }: { origin: string; options: TtsOptions }): SpeakRequest {
  const warnings: string[] = []
  const voice = chooseVoice(options, warnings)
  const query = new URLSearchParams({
    model: voice,
    encoding: options.format.encoding,
    sample_rate: String(options.format.sampleRate),
  })
  return { url: `${toWebSocketOrigin(origin)}/v1/speak?${query}`, warnings }
}

/** The voice that was chosen, be it where the model is chosen; else one that speaks the language. */
function chooseVoice({ voice, model, language }: TtsOptions, warnings: string[]): string {
  const chosen = voice ?? (model && VOICE.test(model) ? model : undefined)
  const wanted = language?.split('-')[0]?.toLowerCase()
  if (!wanted || wanted === 'multi' || wanted === 'auto') return chosen ?? DEFAULT_VOICE
  if (!chosen) {
    const fitting = VOICE_BY_LANGUAGE[wanted]
    if (!fitting) warnings.push(`Deepgram has no voice that speaks ${language}; an English one is used.`)
    return fitting ?? DEFAULT_VOICE
  }
  const spoken = VOICE.exec(chosen)?.[1]
  if (spoken && spoken !== wanted) warnings.push(`Deepgram's voice ${chosen} speaks ${spoken}, not ${language}.`)
  return chosen
}
