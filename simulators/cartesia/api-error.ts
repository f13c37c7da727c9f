import { randomUUID } from 'node:crypto'
import type { SimulatorAnswer } from '../kit/index.ts'

/**
 * Cartesia's answer to a request that it refuses.
 * Source: https://docs.cartesia.ai/use-the-api/api-errors; of the codes only `concurrency_limited` is documented.
 */
export type ApiError = { status: number; code: string | null; title: string; message: string }

const bodyOf = ({ code, title, message }: ApiError) => ({ error_code: code, title, message })

export const toAnswer = (error: ApiError): SimulatorAnswer => ({
  status: error.status,
  body: { ...bodyOf(error), request_id: randomUUID() },
})

/** The form of versions before 2026-03-01. */
export const toTextAnswer = ({ status, title, message }: ApiError): SimulatorAnswer => ({
  status,
  body: `${title}: ${message}`,
})

export const toFrame = (error: ApiError, contextId?: string): string =>
  JSON.stringify({
    type: 'error',
    done: true,
    status_code: error.status,
    ...bodyOf(error),
    request_id: contextId === undefined ? randomUUID() : `${randomUUID()}:${contextId.replaceAll('.', '-')}`,
    ...(contextId !== undefined && { context_id: contextId }),
  })

/** Echoes the key, which is worse than the real API is known to do: whoever shows or logs this text leaks the key. */
export const invalidKey = (key: string): ApiError => ({
  status: 401,
  code: null,
  title: 'Unauthorized',
  message: `Invalid API key ${key}`,
})
export const noKey: ApiError = { status: 401, code: null, title: 'Unauthorized', message: 'No API key was sent.' }
export const noVersion: ApiError = {
  status: 400,
  code: 'missing_version',
  title: 'Missing version',
  message: 'The Cartesia-Version header is required.',
}
export const outOfCredits: ApiError = {
  status: 402,
  code: 'quota_exceeded',
  title: 'Credit limit reached',
  message: 'Your account has no credits left.',
}
export const concurrencyLimited: ApiError = {
  status: 429,
  code: 'concurrency_limited',
  title: 'Too many concurrent requests',
  message: "You have exceeded your plan's concurrency limit.",
}
export const voiceNotFound: ApiError = {
  status: 404,
  code: 'voice_not_found',
  title: 'Voice not found',
  message: 'The requested voice was not found.',
}
export const invalidRequest = (message: string): ApiError => ({
  status: 400,
  code: 'invalid_request',
  title: 'Invalid request',
  message,
})
export const serverError: ApiError = { status: 500, code: null, title: 'Internal error', message: 'Oops.' }
export const notFound: ApiError = { status: 404, code: null, title: 'Not found', message: 'No such route.' }
