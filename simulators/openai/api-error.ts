/** OpenAI's answer to a request that it refuses. Source: https://developers.openai.com/api/docs/guides/error-codes */
export type ApiError = { status: number; message: string; type: string; param: string | null; code: string | null }

/** The error envelope, as it stands in an answer's body. */
export const toErrorBody = ({ message, type, param, code }: ApiError) => ({ error: { message, type, param, code } })

export const invalidRequest = (message: string, param: string | null = null, code: string | null = null): ApiError => ({
  status: 400,
  message,
  type: 'invalid_request_error',
  param,
  code,
})

/** Echoes the key in full, which is worse than the real API does: whoever shows or logs this text leaks the key. */
export const incorrectKey = (key: string): ApiError => ({
  status: 401,
  message: `Incorrect API key provided: ${key}. You can find your API key at https://platform.openai.com/account/api-keys.`,
  type: 'invalid_request_error',
  param: null,
  code: 'invalid_api_key',
})

export const missingKey: ApiError = {
  status: 401,
  message:
    "You didn't provide an API key. Send it in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
  type: 'invalid_request_error',
  param: null,
  code: null,
}

export const missingScope = (scope: string): ApiError => ({
  status: 403,
  message: `You have insufficient permissions for this operation. Missing scopes: ${scope}.`,
  type: 'invalid_request_error',
  param: null,
  code: null,
})

export const modelNotFound = (model: string): ApiError => ({
  status: 404,
  message: `The model \`${model}\` does not exist or you do not have access to it.`,
  type: 'invalid_request_error',
  param: null,
  code: 'model_not_found',
})

export const insufficientQuota: ApiError = {
  status: 429,
  message: 'You exceeded your current quota, please check your plan and billing details.',
  type: 'insufficient_quota',
  param: null,
  code: 'insufficient_quota',
}

export const rateLimited: ApiError = {
  status: 429,
  message: 'Rate limit reached for requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s.',
  type: 'requests',
  param: null,
  code: 'rate_limit_exceeded',
}

export const overloaded: ApiError = {
  status: 503,
  message: 'The engine is currently overloaded, please try again later.',
  type: 'server_error',
  param: null,
  code: null,
}

export const serverError: ApiError = {
  status: 500,
  message: 'The server had an error while processing your request. Sorry about that!',
  type: 'server_error',
  param: null,
  code: null,
}
