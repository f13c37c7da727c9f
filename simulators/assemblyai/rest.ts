import type { SimulatorAnswer, SimulatorRequest } from '../kit/index.ts'
import type { AssemblyAiAccount } from './types.ts'

/** Source: https://www.assemblyai.com/docs/guides/common_errors_and_solutions, assemblyai-api-spec openapi.yml (Error) */
const ERRORS: Readonly<Record<number, string>> = {
  400: 'Invalid endpoint schema, please refer to documentation for examples.',
  401: 'Authentication error, API token missing/invalid',
  402: 'Insufficient funds',
  403: 'Forbidden',
  404: 'Not found',
  429: 'Too many requests, please slow down',
}
export const NEGATIVE_BALANCE = 'Your current account balance is negative. Please top up to continue using the API.'

/** An error answer of the REST API and of a refused handshake. */
export function refusal(status: number, error = ERRORS[status]): SimulatorAnswer {
  if (error === undefined) return { status, body: 'Internal Server Error' }
  return { status, body: { error }, headers: status === 429 ? { 'retry-after': '9' } : {} }
}

/** The REST call that a key check makes. Source: assemblyai-api-spec openapi.yml (listTranscripts) */
export function answerRest({ method, path, query }: SimulatorRequest, { state }: AssemblyAiAccount): SimulatorAnswer {
  if (method !== 'GET' || path !== '/v2/transcript') return refusal(404)
  if (state === 'negative-balance') return refusal(400, NEGATIVE_BALANCE)
  const limit = Number(query.get('limit') ?? 10)
  if (!Number.isInteger(limit) || limit < 1 || limit > 200) return refusal(400)
  const current_url = `https://api.assemblyai.com/v2/transcript?limit=${limit}`
  const page_details = { limit, result_count: 0, current_url, prev_url: null, next_url: null }
  return { status: 200, body: { page_details, transcripts: [] } }
}
