import { z } from 'zod'
import { invalidRequest, modelNotFound } from './api-error.ts'
import type { ApiError } from './api-error.ts'

/** The built-in voices. Source: openai-node 6.49.0, `SpeechCreateParams.voice` */
export const VOICES = [
  'alloy',
  'ash',
  'ballad',
  'coral',
  'echo',
  'fable',
  'onyx',
  'nova',
  'sage',
  'shimmer',
  'verse',
  'marin',
  'cedar',
] as const

/** `tts-1` and `tts-1-hd` have fewer. Source: https://developers.openai.com/api/docs/guides/text-to-speech#voice-options */
const OLD_VOICES: readonly string[] = ['alloy', 'ash', 'coral', 'echo', 'fable', 'onyx', 'nova', 'sage', 'shimmer']

const speechRequest = z.strictObject({
  input: z.string().min(1).max(4096),
  model: z.string(),
  voice: z.union([z.string(), z.strictObject({ id: z.string() })]),
  instructions: z.string().max(4096).optional(),
  response_format: z.enum(['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm']).optional(),
  speed: z.number().min(0.25).max(4).optional(),
  stream_format: z.enum(['sse', 'audio']).optional(),
})

export type SpeechRequest = z.infer<typeof speechRequest>

const isOldModel = (model: string): boolean => model.startsWith('tts-1')

const findUnsupported = ({
  model,
  voice,
  instructions,
  response_format,
  stream_format,
}: SpeechRequest): ApiError | undefined => {
  const voices = isOldModel(model) ? OLD_VOICES : VOICES
  if (typeof voice === 'string' && !(voices as readonly string[]).includes(voice)) {
    return invalidRequest(`Invalid value: '${voice}'. Supported values are: ${voices.join(', ')}.`, 'voice')
  }
  if (instructions !== undefined && isOldModel(model)) {
    return invalidRequest("Unsupported parameter: 'instructions'.", 'instructions', 'unsupported_parameter')
  }
  if (stream_format === 'sse' || response_format !== 'pcm') {
    return invalidRequest('This simulator speaks headerless samples alone: response_format pcm.', 'response_format')
  }
  return undefined
}

/**
 * Reads a request of `POST /v1/audio/speech` as strictly as the API does.
 * Source: openai-node 6.49.0, `resources/audio/speech.d.ts` (made from OpenAI's specification)
 * @param models ids that this key may use
 */
export function readSpeechRequest(
  body: unknown,
  models: readonly string[],
): { request: SpeechRequest } | { error: ApiError } {
  const parsed = speechRequest.safeParse(body)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const param = issue?.path.join('.') ?? ''
    const isUnknown = issue?.code === 'unrecognized_keys'
    return {
      error: invalidRequest(
        `Invalid value for '${param}': ${issue?.message}.`,
        param,
        isUnknown ? 'unknown_parameter' : 'invalid_value',
      ),
    }
  }
  if (!models.includes(parsed.data.model) || !/(^|-)tts\b/.test(parsed.data.model)) {
    return { error: modelNotFound(parsed.data.model) }
  }
  const error = findUnsupported(parsed.data)
  return error ? { error } : { request: parsed.data }
}
