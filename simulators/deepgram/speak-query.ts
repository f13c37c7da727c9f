import { isVoice } from './voices.ts'

type QueryError = { code: string; detail: string }

const NAMES = ['model', 'encoding', 'sample_rate', 'mip_opt_out', 'speed']

/** Source: https://developers.deepgram.com/docs/tts-media-output-settings, deepgram-api-specs asyncapi.yml (SpeakV1SampleRate) */
const RATES: Readonly<Record<string, readonly string[]>> = {
  linear16: ['8000', '16000', '24000', '32000', '48000'],
  mulaw: ['8000', '16000'],
  alaw: ['8000', '16000'],
}

const unreadable = (message: string): QueryError => ({
  code: 'INVALID_QUERY_PARAMETER',
  detail: `Failed to deserialize query parameters: ${message}`,
})
const unsupported = (message: string): QueryError => ({
  code: 'INVALID_QUERY_PARAMETER',
  detail: `Unsupported audio format: ${message}`,
})

/**
 * Judges the parameters of a speaking connection. The tone voice speaks G.711 at 8 kHz alone, so other formats that Deepgram
 * has are refused too. Source: https://developers.deepgram.com/docs/errors (Text to Speech Errors)
 * @returns what is wrong with the first bad one; undefined where all are good
 */
export function findSpeakQueryError(query: URLSearchParams): QueryError | undefined {
  for (const name of query.keys()) if (!NAMES.includes(name)) return unreadable(`unknown field \`${name}\``)
  const speed = query.get('speed')
  if (speed !== null && !(Number(speed) >= 0.7 && Number(speed) <= 1.5)) return unreadable('speed')
  if (!/^(true|false)$/.test(query.get('mip_opt_out') ?? 'false')) return unreadable('mip_opt_out')
  if (!isVoice(query.get('model') ?? 'aura-asteria-en')) {
    return { code: 'Bad Request', detail: 'Bad Request: No such model/version combination found.' }
  }
  const encoding = query.get('encoding') ?? 'linear16'
  const rate = query.get('sample_rate') ?? '24000'
  const rates = RATES[encoding]
  if (!rates) return unsupported(`\`encoding=${encoding}\``)
  if (!rates.includes(rate)) return unsupported(`\`sample_rate\` must be ${rates} when \`encoding=${encoding}\``)
  if (encoding === 'linear16' || rate !== '8000') return unsupported('this simulator speaks 8 kHz G.711 only')
  return undefined
}
