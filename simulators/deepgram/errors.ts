import type { SimulatorAnswer } from '../kit/index.ts'

/**
 * Deepgram's refusals. Bodies come in three shapes: `err_code`, `category` and plain text; a refused handshake has the
 * body in the `dg-error` header too.
 * Sources: https://developers.deepgram.com/docs/errors, https://deepgram.com/changelog/real-time-debugging-improvements
 */
export function refusal({
  status,
  requestId,
  detail,
  code,
}: {
  status: number
  requestId: string
  detail?: string
  /** Of a 400; `Bad Request` by default. */
  code?: string
}): SimulatorAnswer {
  const body = bodyOf({ status, requestId, detail, code })
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { status, body, headers: { 'dg-request-id': requestId, 'dg-error': text } }
}

function bodyOf({
  status,
  requestId,
  detail,
  code = 'Bad Request',
}: {
  status: number
  requestId: string
  detail?: string
  code?: string
}): unknown {
  switch (status) {
    case 401:
      return { err_code: 'INVALID_AUTH', err_msg: 'Invalid credentials.', request_id: requestId }
    case 402: {
      const message = 'Project does not have enough credits for an ASR request and does not have an overage agreement.'
      return { err_code: 'ASR_PAYMENT_REQUIRED', err_msg: message, request_id: requestId }
    }
    case 403: {
      const details = 'The user does not have the required permissions for this resource.'
      return {
        category: 'INSUFFICIENT_PERMISSIONS',
        message: 'Insufficient permissions.',
        details,
        request_id: requestId,
      }
    }
    case 429:
      return {
        err_code: 'TOO_MANY_REQUESTS',
        err_msg: 'Too many requests. Please try again later',
        request_id: requestId,
      }
    case 404:
      return { err_code: 'PROJECT_NOT_FOUND', err_msg: 'Project not found.', request_id: requestId }
    case 400:
      return { err_code: code, err_msg: detail ?? 'Bad Request', request_id: requestId }
    default:
      return 'Internal Server Error'
  }
}
