import { encodeMulaw } from '../../src/provider-kit/audio.ts'
import { invalidRequest, modelNotFound } from './api-error.ts'
import type { ApiError } from './api-error.ts'

export type TranscriptionRequest = {
  model: string
  language?: string
  prompt?: string
  responseFormat: string
  /** What the file holds, as 8 kHz mu-law. */
  audio: Buffer
}

const FIELDS = new Set([
  'file',
  'model',
  'language',
  'prompt',
  'response_format',
  'temperature',
  'stream',
  'include[]',
  'timestamp_granularities[]',
  'chunking_strategy',
])

const invalidFile = invalidRequest(
  "Invalid file format. Supported formats: ['flac', 'm4a', 'mp3', 'mp4', 'mpeg', 'mpga', 'oga', 'ogg', 'wav', 'webm']",
  'file',
)

/** The samples of a WAV file of 8 kHz, mono, 16 bits; undefined where it is another. */
function readWav(file: Buffer): Buffer | undefined {
  const isWav =
    file.length >= 44 && file.toString('latin1', 0, 4) === 'RIFF' && file.toString('latin1', 8, 12) === 'WAVE'
  if (!isWav || file.readUInt32LE(4) !== file.length - 8) return undefined
  const [tag, channels, rate, bits] = [
    file.readUInt16LE(20),
    file.readUInt16LE(22),
    file.readUInt32LE(24),
    file.readUInt16LE(34),
  ]
  if (tag !== 1 || channels !== 1 || rate !== 8000 || bits !== 16) return undefined
  if (file.toString('latin1', 36, 40) !== 'data' || file.readUInt32LE(40) !== file.length - 44) return undefined
  const samples = file.subarray(44)
  return Buffer.from(Array.from({ length: samples.length >> 1 }, (_, at) => encodeMulaw(samples.readInt16LE(at * 2))))
}

/**
 * Reads a request of `POST /v1/audio/transcriptions` as strictly as the API does; of all formats it knows WAV of 8 kHz.
 * Source: openai-node 6.49.0, `resources/audio/transcriptions.d.ts` (made from OpenAI's specification)
 * @param options.models ids that this key may use
 */
export async function readTranscriptionRequest(options: {
  raw: Buffer
  contentType: string
  models: readonly string[]
}): Promise<{ request: TranscriptionRequest } | { error: ApiError }> {
  const { raw, contentType, models } = options
  const form = await new Response(new Uint8Array(raw), { headers: { 'content-type': contentType } })
    .formData()
    .catch(() => undefined)
  if (!form) return { error: invalidRequest('Could not parse multipart form.') }
  const unknown = [...form.keys()].find((name) => !FIELDS.has(name))
  if (unknown !== undefined) {
    const message = `Unrecognized request argument supplied: ${unknown}`
    return { error: invalidRequest(message, unknown, 'unknown_parameter') }
  }
  const text = (name: string): string | undefined => {
    const value = form.get(name)
    return typeof value === 'string' ? value : undefined
  }
  const model = text('model')
  if (!model) return { error: invalidRequest('you must provide a model parameter', 'model') }
  if (!models.includes(model) || !/transcribe|whisper/.test(model)) return { error: modelNotFound(model) }
  const language = text('language')
  if (language !== undefined && !/^[a-z]{2,3}$/.test(language)) {
    return { error: invalidRequest(`Invalid language '${language}'.`, 'language', 'invalid_language_format') }
  }
  const file = form.get('file')
  if (!file || typeof file === 'string') return { error: invalidRequest('Missing required parameter: file.', 'file') }
  if (!/\.wav$/.test(file.name)) return { error: invalidFile }
  const audio = readWav(Buffer.from(await file.arrayBuffer()))
  if (!audio) return { error: invalidFile }
  if (audio.length < 800) {
    return {
      error: invalidRequest('Audio file is too short. Minimum audio length is 0.1 seconds.', 'file', 'audio_too_short'),
    }
  }
  return {
    request: { model, language, prompt: text('prompt'), responseFormat: text('response_format') ?? 'json', audio },
  }
}
