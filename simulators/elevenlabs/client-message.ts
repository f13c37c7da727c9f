import { z } from 'zod'

const voiceSettings = z.strictObject({
  stability: z.number().min(0).max(1).optional(),
  similarity_boost: z.number().min(0).max(1).optional(),
  style: z.number().min(0).max(1).optional(),
  use_speaker_boost: z.boolean().optional(),
  speed: z.number().min(0.7).max(1.2).optional(),
})
const generationConfig = z.strictObject({
  chunk_length_schedule: z.array(z.number().min(50).max(500)).min(1).optional(),
})
const locator = z.strictObject({ pronunciation_dictionary_id: z.string(), version_id: z.string() })

const common = {
  voice_settings: voiceSettings.optional(),
  generation_config: generationConfig.optional(),
  pronunciation_dictionary_locators: z.array(locator).optional(),
  xi_api_key: z.string().optional(),
  'xi-api-key': z.string().optional(),
  authorization: z.string().optional(),
  flush: z.boolean().optional(),
}

/** Source: elevenlabs/elevenlabs-docs, `fern/apis/api/asyncapi.yml`, `WebsocketTTSClientMessageMulti` and its parts */
const multiMessage = z.strictObject({
  ...common,
  text: z.string().nullish(),
  context_id: z.string().min(1).optional(),
  close_context: z.boolean().optional(),
  close_socket: z.boolean().optional(),
})

/** Source: the same file, `InitializeConnection`, `SendText`, `CloseConnection` */
const singleMessage = z.strictObject({
  ...common,
  text: z.string(),
  generator_config: generationConfig.optional(),
  try_trigger_generation: z.boolean().optional(),
})

export type ClientMessage = z.infer<typeof multiMessage>

/** One message of either socket, with what is wrong with its form. */
export const readClientMessage = (text: string, isMulti: boolean): { message: ClientMessage } | { problem: string } => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { problem: 'The message is not JSON.' }
  }
  const parsed = (isMulti ? multiMessage : singleMessage).safeParse(json)
  if (parsed.success) return { message: parsed.data }
  const issue = parsed.error.issues[0]
  return { problem: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}` }
}

/** Settings belong into the first message of a context alone. */
export const hasSettings = (message: ClientMessage): boolean =>
  message.voice_settings !== undefined ||
  message.generation_config !== undefined ||
  message.pronunciation_dictionary_locators !== undefined

/** Text to be spoken must end in exactly one blank. */
export const isSpokenAsDocumented = (text: string): boolean => text.trim() === '' || /\S $/.test(text)
