import type { Refusal } from '../llm-kit/index.ts'

/**
 * xAI's refusals: `{"code","error"}`, both plain strings, the code a sentence.
 * Sources: https://docs.x.ai/developers/debugging (statuses; 400 for a wrong key), and the bodies that clients recorded
 */
const refusal = (status: number, code: string, error: string, headers?: Refusal['headers']): Refusal => ({
  status,
  body: { code, error },
  headers,
})

export const invalidArgument = (error: string, status = 400): Refusal =>
  refusal(status, 'Client specified an invalid argument', error)

/** HTTP 400, not 401. Echoes the key in full, which is worse than the real API does. */
export const incorrectKey = (key: string): Refusal =>
  refusal(
    400,
    'invalid-argument',
    `Incorrect API key provided: ${key}. You can obtain an API key from https://console.x.ai.`,
  )

export const missingKey: Refusal = refusal(
  401,
  'The request does not have valid authentication credentials for the operation',
  'No authorization header or an invalid authorization token was provided.',
)

const FORBIDDEN = 'The caller does not have permission to execute the specified operation'

export const newTeamWithoutCredits: Refusal = refusal(
  403,
  FORBIDDEN,
  "Your newly created team doesn't have any credits yet. You can purchase credits on https://console.x.ai/team/team-1.",
)

const EXHAUSTED = 'Some resource has been exhausted'

/** The code of a rate limit too: only the text tells the two apart. */
export const creditsUsed: Refusal = refusal(
  429,
  EXHAUSTED,
  'Your team team-1 has either used all available credits or reached its monthly spending limit. To continue making API requests, please purchase more credits or raise your spending limit.',
)

export const rateLimited: Refusal = refusal(
  429,
  EXHAUSTED,
  'Too many requests for team team-1 and model grok-4.3. Please try again later.',
  { 'retry-after': '7' },
)

export const blocked = (what: 'key' | 'team'): Refusal =>
  refusal(403, FORBIDDEN, what === 'key' ? 'Your API key is blocked.' : 'Your team is blocked.')

export const disabled: Refusal = refusal(403, FORBIDDEN, 'Your API key is disabled.')

export const missingAcl: Refusal = refusal(403, FORBIDDEN, 'Your API key does not have access to this endpoint.')

export const modelNotFound = (model: string): Refusal =>
  refusal(
    404,
    'Some requested entity was not found',
    `The model ${model} does not exist or your team team-1 does not have access to it.`,
  )

export const unavailable: Refusal = refusal(503, 'The service is currently unavailable', 'The model is at capacity.')

export const internalError: Refusal = refusal(500, 'Internal error', 'An internal error occurred.')
