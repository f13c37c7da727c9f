import type { Payload } from 'payload'
import type { OutboundCallRequest } from '../server/runtime.ts'
import { guardCall, missingKeysError } from '../services/index.ts'
import { findCallableAgent } from '../store/find-callable-agent.ts'
import type { OwnNumber } from '../store/find-callable-agent.ts'
import { loadAgentSnapshot } from '../store/load-agent-snapshot.ts'
import { providersOf } from './bind-search.ts'
import { chooseNumber } from './choose-number.ts'
import * as refusals from './outbound-refusals.ts'

/**
 * Whether a call may be dialled, and from which number: the agent, its variables, the keys of everything that the call
 * needs, then the number.
 * @throws ApiError
 */
export async function admitOutboundCall({
  payload,
  request,
}: {
  payload: Payload
  request: OutboundCallRequest
}): Promise<OwnNumber> {
  const { tenantId: tenant, agent: agentId, variables, from } = request
  const callable = await findCallableAgent({ payload, tenant, agent: agentId })
  if (!callable) throw refusals.agentNotFound()
  const agent = callable.isCallable
    ? await loadAgentSnapshot({ payload, agentId, tenantId: tenant, variables: {} })
    : undefined
  if (!agent) throw refusals.agentNotPublished()
  const unknown = Object.keys(variables).filter((name) => !callable.variables.includes(name))
  if (unknown.length > 0) throw refusals.unknownVariables(unknown, callable.variables)

  const number = await chooseNumber({ payload, tenant, agent: agentId, from })
  const guard = await guardCall({
    payload,
    tenant,
    agent: providersOf(agent),
    telephony: number?.provider ?? 'any',
  })
  if (!guard.ok) throw missingKeysError(guard)
  if (!number) throw from === undefined ? refusals.noNumber() : refusals.unknownFrom()
  return number
}
