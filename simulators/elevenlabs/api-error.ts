/** ElevenLabs' answer to a request that it refuses: over HTTP in `detail`, on a socket as a frame before close 1008. */
export type ApiError = { status: number; code: string; message: string }

/** Source: elevenlabs/elevenlabs-docs, `developer-guides/error-messages.mdx` */
export const toErrorBody = ({ code, message }: ApiError) => ({ detail: { status: code, message } })

/** Shape as reported in livekit/agents issue 218 and livekit/agents-js issue 1985. */
export const toErrorFrame = ({ code, message }: ApiError): string =>
  JSON.stringify({ message, error: code, code: 1008 })

/** Echoes the key, which is worse than the real API does: whoever shows or logs this text leaks the key. */
export const invalidKey = (key: string): ApiError => ({
  status: 401,
  code: 'invalid_api_key',
  message: `Invalid API key ${key}`,
})

export const needsAuthorization: ApiError = {
  status: 401,
  code: 'needs_authorization',
  message: 'Neither authorization header nor xi-api-key received, please provide one.',
}

export const missingPermission = (permission: string): ApiError => ({
  status: 401,
  code: 'missing_permissions',
  message: `The API key you used is missing the permission ${permission} to execute this operation.`,
})

export const quotaExceeded = (left: number, needed: number): ApiError => ({
  status: 401,
  code: 'quota_exceeded',
  message: `This request exceeds your quota. You have ${left} credits remaining, while ${needed} credits are required for this request.`,
})

export const voiceNotFound = (voice: string): ApiError => ({
  status: 404,
  code: 'voice_not_found',
  message: `A voice with the voice_id ${voice} was not found.`,
})

export const modelNotFound = (model: string): ApiError => ({
  status: 400,
  code: 'model_not_found',
  message: `A model with model ID ${model} does not exist or does not work here.`,
})

export const formatRefused = (format: string): ApiError => ({
  status: 400,
  code: 'output_format_not_allowed',
  message: `Output format ${format} is not known.`,
})

export const invalidMessage = (message: string): ApiError => ({ status: 400, code: 'invalid_message', message })

export const tooManyRequests: ApiError = {
  status: 429,
  code: 'too_many_concurrent_requests',
  message: 'Too many concurrent requests. Your current subscription is associated with a maximum of 10.',
}

export const tooManyContexts: ApiError = {
  status: 429,
  code: 'max_active_conversations',
  message:
    'Maximum simultaneous contexts per WebSocket connection exceeded (5). Please close an existing context before opening a new one.',
}

export const inputTimeout = (seconds: number): ApiError => ({
  status: 408,
  code: 'input_timeout_exceeded',
  message: `Have not received a new text input within the timeout of ${seconds} seconds. Streaming input terminated.`,
})
