import { createHash } from 'node:crypto'
import type { SimulatorAnswer, SimulatorRequest } from '../kit/index.ts'
import { refusal } from './errors.ts'
import type { DeepgramAccount } from './types.ts'
import { listModels } from './voices.ts'

/** A project id that stays the same for a key, without giving the key away. */
export function projectIdOf(key: string): string {
  const hex = createHash('sha256').update(`project ${key}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}

/**
 * The REST calls of a key check, and the list of models. Source: deepgram-api-specs openapi.yml (ListProjects, ListBalances);
 * the body of `/v1/auth/token` is documented nowhere.
 */
export function answerRest(options: {
  request: SimulatorRequest
  key: string
  account: DeepgramAccount
  requestId: string
}): SimulatorAnswer {
  const { request, key, account, requestId } = options
  const { projectName, state, balance = state === 'no-credit' ? 0 : 100 } = account
  const headers = { 'dg-request-id': requestId }
  if (request.method !== 'GET') return { status: 405, headers, body: 'Method Not Allowed' }
  const projectId = projectIdOf(key)
  if (request.path === '/v1/auth/token') return { status: 200, headers, body: { scopes: ['usage:write'] } }
  if (request.path === '/v1/models') return { status: 200, headers, body: listModels() }
  if (request.path === '/v1/projects') {
    if (state === 'no-project-scope') return refusal({ status: 403, requestId })
    return { status: 200, headers, body: { projects: [{ project_id: projectId, name: projectName }] } }
  }
  const [, asked] = /^\/v1\/projects\/([^/]+)\/balances$/.exec(request.path) ?? []
  if (!asked) return { status: 404, headers, body: 'Not Found' }
  if (asked !== projectId) return refusal({ status: 404, requestId })
  if (state === 'no-billing-scope' || state === 'no-project-scope') return refusal({ status: 403, requestId })
  const row = { balance_id: requestId, amount: balance, units: 'usd', purchase_order_id: requestId }
  return { status: 200, headers, body: { balances: [row] } }
}
