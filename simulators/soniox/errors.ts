import type { SimulatorAnswer } from '../kit/index.ts'

type Refusal = { type: string; message: string }

/** Source: https://soniox.com/docs/api-reference/errors; messages of streams: https://soniox.com/docs/stt/rt/error-handling */
const REFUSALS: Readonly<Record<number, Refusal>> = {
  400: { type: 'invalid_request', message: 'Invalid request.' },
  401: {
    type: 'unauthenticated',
    message: 'Incorrect API key provided. You can get an API key at https://console.soniox.com',
  },
  402: {
    type: 'organization_balance_exhausted',
    message: 'Organization balance exhausted. Please either add funds manually or enable autopay.',
  },
  403: { type: 'permission_denied', message: 'Permission denied.' },
  404: { type: 'not_found', message: 'Not found.' },
  408: { type: 'request_timeout', message: 'Request timeout.' },
  413: { type: 'max_duration_reached', message: 'Maximum stream duration reached.' },
  429: { type: 'limit_exceeded', message: 'Limit exceeded. You can request higher limits in the Soniox Console.' },
  500: { type: 'internal_error', message: 'The server had an error processing your request.' },
  503: {
    type: 'service_unavailable',
    message: 'Cannot continue request (code 1). Please restart the request.',
  },
}

const find = (code: number): Refusal => REFUSALS[code] ?? { type: 'internal_error', message: 'Internal error.' }

const linkOf = (type: string) => `https://soniox.com/docs/api-reference/errors#${type.replaceAll('_', '-')}`

/** An error answer of the REST API and of a refused handshake. */
export function refusal({ status, requestId }: { status: number; requestId: string }): SimulatorAnswer {
  const { type, message } = find(status)
  const body = {
    status_code: status,
    error_type: type,
    message,
    validation_errors: [],
    request_id: requestId,
    more_info: linkOf(type),
  }
  return { status, body, headers: status === 429 ? { 'retry-after': '7' } : {} }
}

/** The message that tells why a stream is about to be closed. */
export function errorMessage(error: { code: number; type?: string; message?: string; requestId: string }): object {
  const { type, message } = find(error.code)
  return {
    tokens: [],
    error_code: error.code,
    error_type: error.type ?? type,
    error_message: error.message ?? message,
    request_id: error.requestId,
    more_info: linkOf(error.type ?? type),
  }
}
