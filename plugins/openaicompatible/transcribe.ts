import { randomUUID } from 'node:crypto'
import { requestJson } from '../../src/provider-kit/index.ts'
import type { AudioEncoding, ProviderContext } from '../../src/provider-kit/index.ts'
import { toWav } from '../../src/provider-kit/to-wav.ts'
import { PROVIDER, toCompatibleError } from './errors.ts'
import { authorization } from './models.ts'
import type { CompatibleCredentials } from './credentials.ts'

export type TranscribeOptions = {
  context: ProviderContext<CompatibleCredentials>
  /** One utterance, headerless 8 kHz G.711. */
  audio: Uint8Array
  encoding: AudioEncoding
  model: string
  /** BCP 47. */
  language?: string
  keyterms: readonly string[]
  signal: AbortSignal
}

/** A form as browsers send one (RFC 7578), made here because two kinds of `fetch` know two kinds of form. */
function toForm(fields: Readonly<Record<string, string>>, file: Buffer) {
  const boundary = `patchbay-${randomUUID()}`
  const part = (head: string) => `--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n`
  const text = Object.entries(fields).map(([name, value]) => `${part(`name="${name}"`)}\r\n${value}\r\n`)
  const fileHead = `${part('name="file"; filename="utterance.wav"')}content-type: audio/wav\r\n\r\n`
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([Buffer.from(text.join('') + fileHead), file, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  }
}

/**
 * What one utterance says; empty where the server heard no words.
 * Source: https://developers.openai.com/api/reference/resources/audio (`POST /audio/transcriptions`, `json`)
 * @throws ProviderError
 */
export async function transcribe(options: TranscribeOptions): Promise<string> {
  const { context, audio, encoding, model, language, keyterms, signal } = options
  const { credentials, origins, fetch } = context
  const fields = {
    model,
    response_format: 'json',
    // ISO 639-1, without the country.
    ...(language && { language: language.split('-')[0]?.toLowerCase() ?? '' }),
    ...(keyterms.length > 0 && { prompt: keyterms.join(', ') }),
  }
  const { contentType, body } = toForm(fields, toWav(audio, encoding))
  const { status, json } = await requestJson({
    provider: PROVIDER,
    url: `${origins.api}/audio/transcriptions`,
    method: 'POST',
    headers: { ...authorization(credentials), 'content-type': contentType },
    body,
    signal,
    fetch,
  })
  const text = typeof json === 'object' && json !== null ? (json as { text?: unknown }).text : undefined
  if (status === 200 && typeof text === 'string') return text.trim()
  throw toCompatibleError({ status, body: json })
}
