import { z } from 'zod'

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

const E164 = /^\+\d{5,15}$/

const isWebSocketUrl = (value: string) => URL.canParse(value) && /^wss?:$/.test(new URL(value).protocol)

const clientState = z.string().regex(BASE64, 'must be base64').optional()
const commandId = z.string().min(1).optional()
const codec = z.enum(['PCMU', 'PCMA', 'G722', 'OPUS', 'AMR-WB', 'L16'])
const headers = z.array(z.strictObject({ name: z.string(), value: z.string() })).optional()

const stream = {
  stream_url: z.string().refine(isWebSocketUrl, 'must be a ws:// or wss:// URL').optional(),
  stream_track: z.enum(['inbound_track', 'outbound_track', 'both_tracks']).optional(),
  stream_codec: z.enum([...codec.options, 'default']).optional(),
  stream_bidirectional_mode: z.enum(['mp3', 'rtp']).optional(),
  stream_bidirectional_codec: codec.optional(),
  stream_bidirectional_target_legs: z.enum(['both', 'self', 'opposite']).optional(),
}

const recording = {
  record: z.literal('record-from-answer').optional(),
  record_channels: z.enum(['single', 'dual']).optional(),
  record_format: z.enum(['wav', 'mp3']).optional(),
  record_max_length: z.number().int().min(0).max(43_200).optional(),
  record_timeout_secs: z.number().int().min(0).optional(),
  record_track: z.enum(['both', 'inbound', 'outbound']).optional(),
  record_trim: z.literal('trim-silence').optional(),
  record_custom_file_name: z.string().optional(),
}

const webhooks = {
  webhook_url: z.string().url().optional(),
  webhook_url_method: z.enum(['POST', 'GET']).optional(),
  webhook_retries_policies: z.record(z.string(), z.unknown()).optional(),
}

const samplingRate = z.union([8000, 16_000, 22_050, 24_000, 48_000].map((rate) => z.literal(rate)))

/**
 * The parameters of the commands, strict: what is not listed here is refused.
 * Source: `resources/calls/calls.d.ts` and `resources/calls/actions.d.ts` of the `telnyx` package, without the parameters
 * of features that this simulator does not have (assistants, transcription, conferences).
 */
export const commandSchemas = {
  answer: z.strictObject({
    client_state: clientState,
    command_id: commandId,
    custom_headers: headers,
    sip_headers: headers,
    preferred_codecs: z.string().optional(),
    send_silence_when_idle: z.boolean().optional(),
    ...stream,
    ...recording,
    ...webhooks,
  }),
  reject: z.strictObject({
    cause: z.enum(['CALL_REJECTED', 'USER_BUSY']),
    client_state: clientState,
    command_id: commandId,
  }),
  hangup: z.strictObject({ client_state: clientState, command_id: commandId, custom_headers: headers }),
  streaming_start: z.strictObject({
    client_state: clientState,
    command_id: commandId,
    custom_parameters: z.array(z.strictObject({ name: z.string(), value: z.string() })).optional(),
    ...stream,
    stream_url: z.string().refine(isWebSocketUrl, 'must be a ws:// or wss:// URL'),
    stream_bidirectional_sampling_rate: samplingRate.optional(),
    stream_auth_token: z.string().max(4000).optional(),
  }),
  streaming_stop: z.strictObject({
    client_state: clientState,
    command_id: commandId,
    stream_id: z.string().optional(),
  }),
  transfer: z.strictObject({
    to: z.string().regex(E164, 'must be in +E164 format'),
    from: z.string().regex(E164, 'must be in +E164 format').optional(),
    client_state: clientState,
    target_leg_client_state: clientState,
    command_id: commandId,
    timeout_secs: z.number().int().min(5).max(600).optional(),
    time_limit_secs: z.number().int().min(30).max(14_400).optional(),
    early_media: z.boolean().optional(),
    custom_headers: headers,
    sip_headers: headers,
    ...webhooks,
  }),
  send_dtmf: z.strictObject({
    digits: z.string().regex(/^[0-9A-D*#wW]+$/, 'has keys that no telephone has'),
    duration_millis: z.number().int().min(100).max(500).optional(),
    client_state: clientState,
    command_id: commandId,
  }),
  dial: z.strictObject({
    connection_id: z.string().min(1),
    from: z.string().regex(E164, 'must be in +E164 format'),
    to: z.string().regex(E164, 'this simulator calls telephone numbers only'),
    client_state: clientState,
    command_id: commandId,
    timeout_secs: z.number().int().min(5).max(600).optional(),
    time_limit_secs: z.number().int().min(30).max(14_400).optional(),
    answering_machine_detection: z
      .enum(['premium', 'detect', 'detect_beep', 'detect_words', 'greeting_end', 'disabled'])
      .optional(),
    answering_machine_detection_config: z.record(z.string(), z.number()).optional(),
    from_display_name: z.string().max(128).optional(),
    custom_headers: headers,
    sip_headers: headers,
    preferred_codecs: z.string().optional(),
    send_silence_when_idle: z.boolean().optional(),
    stream_establish_before_call_originate: z.boolean().optional(),
    stream_auth_token: z.string().max(4000).optional(),
    stream_bidirectional_sampling_rate: samplingRate.optional(),
    ...stream,
    ...recording,
    ...webhooks,
  }),
} as const

export type ActionName = Exclude<keyof typeof commandSchemas, 'dial'>
export type StreamCommand =
  | z.infer<(typeof commandSchemas)['streaming_start']>
  | z.infer<(typeof commandSchemas)['answer']>

export const isActionName = (name: string): name is ActionName => name !== 'dial' && Object.hasOwn(commandSchemas, name)
