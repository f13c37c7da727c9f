import { z } from 'zod'
import { LANGUAGES, MODELS } from './catalogue.ts'

const voice = z.union([z.string().min(1), z.strictObject({ id: z.string().min(1), mode: z.literal('id').optional() })])

const outputFormat = z.strictObject({
  container: z.literal('raw'),
  encoding: z.enum(['pcm_f32le', 'pcm_s16le', 'pcm_mulaw', 'pcm_alaw']),
  sample_rate: z.literal([8000, 16000, 22050, 24000, 44100, 48000]),
})

/** Source: SDK `@cartesia/cartesia-js` 4.2.0, type `GenerationRequest` */
const generation = z.strictObject({
  model_id: z.enum(MODELS),
  transcript: z.string(),
  voice,
  language: z.enum(LANGUAGES).nullish(),
  locale: z.string().nullish(),
  normalization: z.string().nullish(),
  pronunciation_dict_id: z.string().nullish(),
  speed: z.enum(['slow', 'normal', 'fast']).optional(),
  generation_config: z
    .strictObject({
      speed: z.number().min(0.6).max(1.5).optional(),
      volume: z.number().min(0.5).max(2).optional(),
      emotion: z.string().optional(),
    })
    .optional(),
  context_id: z.string().regex(/^[\w.-]{1,128}$/),
  output_format: outputFormat,
  continue: z.boolean().nullish(),
  flush: z.boolean().nullish(),
  duration: z.number().positive().optional(),
  add_timestamps: z.boolean().nullish(),
  add_phoneme_timestamps: z.boolean().nullish(),
  use_normalized_timestamps: z.boolean().nullish(),
  max_buffer_delay_ms: z.number().int().min(0).max(5000).nullish(),
})
const cancel = z.strictObject({ context_id: z.string(), cancel: z.literal(true) })

export type Generation = z.infer<typeof generation>
export type ClientInput = Generation | z.infer<typeof cancel>

/** One message of the client, or what is wrong with its form. */
export const readClientInput = (text: string): ClientInput | { problem: string; contextId?: string } => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { problem: 'The message is not JSON.' }
  }
  const isCancel = typeof json === 'object' && json !== null && 'cancel' in json
  const parsed = (isCancel ? cancel : generation).safeParse(json)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const { context_id: contextId } = (json ?? {}) as Record<string, unknown>
  return {
    problem: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`,
    ...(typeof contextId === 'string' && { contextId }),
  }
}

/** What must stay the same from one input of a context to the next. */
export const settingsOf = ({ transcript, continue: goesOn, flush, duration, ...settings }: Generation): string =>
  JSON.stringify(settings)
