import { z } from 'zod'

/** Source: SDK `hume` 0.16.0, types `PostedUtteranceVoiceWithId`, `PostedUtteranceVoiceWithName` */
const library = z.enum(['HUME_AI', 'CUSTOM_VOICE']).optional()
const voice = z.union([
  z.strictObject({ id: z.string().min(1), provider: library }),
  z.strictObject({ name: z.string().min(1), provider: library }),
])

/** Source: the same SDK, type `PublishTts` */
const message = z.strictObject({
  text: z.string().max(5000).optional(),
  voice: voice.optional(),
  description: z.string().max(1000).optional(),
  speed: z.number().min(0.5).max(2).optional(),
  trailing_silence: z.number().min(0).max(5).optional(),
  flush: z.boolean().optional(),
  close: z.boolean().optional(),
})
export type ClientMessage = z.infer<typeof message>
export type ClientVoice = z.infer<typeof voice>

/** One message of the client, or what is wrong with its form. */
export const readClientMessage = (text: string): ClientMessage | { problem: string; code: string } => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { problem: 'The request could not be parsed as JSON.', code: 'E0100' }
  }
  const parsed = message.safeParse(json)
  return parsed.success ? parsed.data : { problem: z.prettifyError(parsed.error), code: 'E0101' }
}

const flag = z.enum(['true', 'false']).optional()

/** Source: the same SDK, client `tts.streamInput`; it adds what names its language and version. */
const query = z.strictObject({
  access_token: z.string().optional(),
  api_key: z.string().optional(),
  context_generation_id: z.string().optional(),
  format_type: z.enum(['mp3', 'pcm', 'wav']).default('mp3'),
  include_timestamp_types: z.enum(['word', 'phoneme']).optional(),
  instant_mode: flag,
  no_binary: flag,
  strip_headers: flag,
  version: z.enum(['1', '2']).optional(),
  fernSdkLanguage: z.string().optional(),
  fernSdkVersion: z.string().optional(),
})
export type SocketQuery = z.infer<typeof query>

/** The query of the socket's address; a string says what is wrong with it. */
export const readSocketQuery = (params: URLSearchParams): SocketQuery | string => {
  const parsed = query.safeParse(Object.fromEntries(params))
  return parsed.success ? parsed.data : z.prettifyError(parsed.error)
}
