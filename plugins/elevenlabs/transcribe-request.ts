import { toWebSocketOrigin } from '../../src/provider-kit/index.ts'
import type { SttOptions } from '../../src/provider-kit/index.ts'

export const DEFAULT_MODEL = 'scribe_v2_realtime'

/** Silence that ends a turn, in s; 0.3 to 3, ElevenLabs' own default of 1.5 is long for a conversation. */
const SILENCE_S = 0.5
/** Source: SDK `@elevenlabs/elevenlabs-js` 2.73.0, `BaseOptions.keyterms` of the realtime client */
const MAX_KEYTERMS = 50
const MAX_KEYTERM_LENGTH = 20

export type TranscribeRequest = {
  url: string
  /** What the options ask for and Scribe does not have. */
  warnings: readonly string[]
}

/**
 * Builds the address of a stream. Commits are left to the server's voice activity detection: each ends a turn.
 * Sources: SDK `@elevenlabs/elevenlabs-js` 2.73.0, `ScribeRealtime.buildWebSocketUri`;
 * github.com/elevenlabs/skills, `speech-to-text/references/realtime-commit-strategies.md`
 */
export function buildTranscribeRequest({
  origin,
  options,
}: {
  origin: string
  options: SttOptions
}): TranscribeRequest {
  const warnings: string[] = []
  const query = new URLSearchParams({
    model_id: options.model ?? DEFAULT_MODEL,
    audio_format: 'ulaw_8000',
    commit_strategy: 'vad',
    vad_silence_threshold_secs: String(SILENCE_S),
  })
  const language = readLanguage(options.language, warnings)
  if (language) query.set('language_code', language)
  for (const keyterm of pickKeyterms(options.keyterms ?? [], warnings)) query.append('keyterms', keyterm)
  return { url: `${toWebSocketOrigin(origin)}/v1/speech-to-text/realtime?${query}`, warnings }
}

/** ISO 639-1 or 639-3. Without one Scribe finds the language itself. */
function readLanguage(language: string | undefined, warnings: string[]): string | undefined {
  const base = language?.split('-')[0]?.toLowerCase()
  if (!base || base === 'multi' || base === 'auto') return undefined
  if (/^[a-z]{2,3}$/.test(base)) return base
  warnings.push('ElevenLabs takes languages as codes of two or three letters; it finds the language itself.')
  return undefined
}

function pickKeyterms(keyterms: readonly string[], warnings: string[]): string[] {
  const picked = keyterms.filter((term) => term.trim() && term.length <= MAX_KEYTERM_LENGTH).slice(0, MAX_KEYTERMS)
  if (picked.length < keyterms.length) {
    warnings.push('ElevenLabs takes 50 key terms of 20 characters each; the others are left out.')
  }
  return picked
}
