import { z } from 'zod'

const format = z.union([
  z.strictObject({ type: z.literal('audio/pcm'), rate: z.literal(24000) }),
  z.strictObject({ type: z.enum(['audio/pcmu', 'audio/pcma']) }),
])
const turnDetection = z.union([
  z.strictObject({
    type: z.literal('server_vad'),
    threshold: z.number().min(0).max(1).optional(),
    prefix_padding_ms: z.int().min(0).optional(),
    silence_duration_ms: z.int().min(0).optional(),
  }),
  z.strictObject({ type: z.literal('semantic_vad'), eagerness: z.enum(['low', 'medium', 'high', 'auto']).optional() }),
])
const transcription = z.strictObject({
  model: z.string(),
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/)
    .optional(),
  prompt: z.string().optional(),
  delay: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).optional(),
})
const session = z.strictObject({
  type: z.literal('transcription'),
  audio: z.strictObject({
    input: z.strictObject({
      format: format.optional(),
      noise_reduction: z.strictObject({ type: z.enum(['near_field', 'far_field']) }).nullish(),
      transcription: transcription.optional(),
      turn_detection: turnDetection.nullish(),
    }),
  }),
  include: z.array(z.literal('item.input_audio_transcription.logprobs')).optional(),
})

/**
 * What a client of a transcription session may send.
 * Source: openai-node 6.49.0, `RealtimeTranscriptionSessionCreateRequest` and the events around it in
 * `resources/realtime/realtime.d.ts` (made from OpenAI's specification)
 */
export const clientEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('session.update'), event_id: z.string().optional(), session }),
  z.strictObject({
    type: z.literal('input_audio_buffer.append'),
    event_id: z.string().optional(),
    audio: z.base64().min(1),
  }),
  z.strictObject({ type: z.literal('input_audio_buffer.commit'), event_id: z.string().optional() }),
  z.strictObject({ type: z.literal('input_audio_buffer.clear'), event_id: z.string().optional() }),
])

export type TranscriptionSession = z.infer<typeof session>
export type SessionInput = TranscriptionSession['audio']['input']

/** Why a session cannot be as it was asked for. Source: the comments of `RealtimeTranscriptionSessionAudioInput` */
export function findSessionProblem({ audio: { input } }: TranscriptionSession, models: readonly string[]) {
  const { model, prompt, delay } = input.transcription ?? {}
  if (model === undefined) return undefined
  const isStreaming = model === 'gpt-realtime-whisper'
  if (!models.includes(model) || !/transcribe|whisper/.test(model)) {
    return { message: `Invalid transcription model '${model}'.`, param: 'session.audio.input.transcription.model' }
  }
  if (isStreaming && input.turn_detection) {
    return { message: `Turn detection is not supported with ${model}.`, param: 'session.audio.input.turn_detection' }
  }
  if (isStreaming && prompt !== undefined) {
    return { message: `Prompt is not supported with ${model}.`, param: 'session.audio.input.transcription.prompt' }
  }
  if (!isStreaming && delay !== undefined) {
    return { message: `Delay is not supported with ${model}.`, param: 'session.audio.input.transcription.delay' }
  }
  return undefined
}
