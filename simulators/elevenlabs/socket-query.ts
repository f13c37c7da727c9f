import { z } from 'zod'
import type { AudioEncoding } from '../../src/provider-kit/audio.ts'

const flag = z.enum(['true', 'false']).optional()

/** Source: elevenlabs/elevenlabs-docs, `fern/apis/api/asyncapi.yml`, bindings of both sockets */
const query = z.strictObject({
  model_id: z.string().default('eleven_multilingual_v2'),
  output_format: z.string().default('mp3_44100'),
  language_code: z
    .string()
    .regex(/^[a-z]{2}$/)
    .optional(),
  enable_logging: flag,
  enable_ssml_parsing: flag,
  sync_alignment: flag,
  auto_mode: flag,
  inactivity_timeout: z.coerce.number().int().min(1).max(180).default(20),
  apply_text_normalization: z.enum(['auto', 'on', 'off']).optional(),
  seed: z.coerce.number().int().min(0).max(4294967295).optional(),
  authorization: z.string().optional(),
})

export type SocketQuery = z.infer<typeof query>

/** The query of a socket's address; a string says what is wrong with it. */
export const readSocketQuery = (params: URLSearchParams): SocketQuery | string => {
  const parsed = query.safeParse(Object.fromEntries(params))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  return `${issue?.path.join('.') ?? ''} ${issue?.message ?? 'invalid'}`
}

/** Formats that this voice can speak; the others exist in the API and are refused here. */
export const ENCODING_BY_FORMAT: Readonly<Record<string, AudioEncoding>> = { ulaw_8000: 'mulaw', alaw_8000: 'alaw' }

/** Models of the API; `eleven_v3` is not available on sockets. */
export const MODELS = ['eleven_flash_v2_5', 'eleven_turbo_v2_5', 'eleven_multilingual_v2', 'eleven_v3']
export const SOCKET_MODELS = MODELS.filter((model) => model !== 'eleven_v3')
