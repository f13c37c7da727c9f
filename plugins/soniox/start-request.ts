import { toWebSocketOrigin } from '../../src/provider-kit/index.ts'
import type { SttOptions } from '../../src/provider-kit/index.ts'

export const DEFAULT_MODEL = 'stt-rt-v5'

/** Longest time from the end of speech to `<end>`, in ms; 500 to 3,000, Soniox's own default is 2,000. */
const MAX_ENDPOINT_DELAY_MS = 1000
/** Characters of key terms. Soniox bounds a context; where exactly is not confirmed. */
const MAX_CONTEXT_CHARACTERS = 10_000

/**
 * Languages that a hint may name; any other ends the stream with `Invalid language hint`.
 * Source: https://soniox.com/docs/stt/concepts/supported-languages
 */
const LANGUAGES = new Set(
  (
    'af sq ar az eu be bn bs bg ca zh hr cs da nl en et fi fr gl de el gu he hi hu id it ja kn kk ko lv lt mk ms ml ' +
    'mr no fa pl pt pa ro ru sr sk sl es sw sv tl ta te th tr uk ur vi cy'
  ).split(' '),
)
/** Codes that Soniox writes otherwise. */
const ALIASES: Readonly<Record<string, string>> = { nb: 'no', nn: 'no', fil: 'tl', iw: 'he', in: 'id' }

export type StartRequest = {
  url: string
  /** The first text frame. */
  message: string
  /** What the options ask for and Soniox does not have. */
  warnings: readonly string[]
}

/**
 * Builds the address and the first message of a stream. The key is in neither: it goes into the header of the upgrade.
 * Sources: https://soniox.com/docs/api-reference/stt/websocket-api,
 * https://soniox.com/docs/guides/migrate-websocket-authentication
 */
export function buildStartRequest({ origin, options }: { origin: string; options: SttOptions }): StartRequest {
  const warnings: string[] = []
  const message = {
    model: options.model ?? DEFAULT_MODEL,
    audio_format: options.format.encoding,
    sample_rate: options.format.sampleRate,
    num_channels: 1,
    enable_endpoint_detection: true,
    max_endpoint_delay_ms: MAX_ENDPOINT_DELAY_MS,
    ...hintLanguage(options.language, warnings),
    ...giveContext(options.keyterms ?? [], warnings),
  }
  return { url: `${toWebSocketOrigin(origin)}/transcribe-websocket`, message: JSON.stringify(message), warnings }
}

/** Without a hint Soniox finds the language itself. */
function hintLanguage(language: string | undefined, warnings: string[]): object {
  const base = language?.split('-')[0]?.toLowerCase()
  if (!base || base === 'multi' || base === 'auto') return {}
  const code = ALIASES[base] ?? base
  if (LANGUAGES.has(code)) return { language_hints: [code] }
  warnings.push(`Soniox does not list ${language} among its languages; it finds the language itself.`)
  return {}
}

function giveContext(keyterms: readonly string[], warnings: string[]): object {
  const terms: string[] = []
  let characters = 0
  for (const term of keyterms) {
    characters += term.length
    if (characters <= MAX_CONTEXT_CHARACTERS) terms.push(term)
  }
  if (terms.length < keyterms.length) {
    warnings.push('Soniox takes 10,000 characters of key terms; the rest is left out.')
  }
  return terms.length > 0 ? { context: { terms } } : {}
}
