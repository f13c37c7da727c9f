import { createAttemptLimiter } from '../auth/attempt-limiter.ts'
import { compositionOf } from '../composition.ts'
import { isProviderError } from '../provider-kit/index.ts'
import type { ProviderError } from '../provider-kit/index.ts'
import { isApiError } from '../rest/api-error.ts'
import type { OutboundCallRequest } from '../server/runtime.ts'
import { closeCallRecord, noteDialled, openCallRecord } from '../store/call-records.ts'
import type { CallClosing, CallRecord } from '../store/call-records.ts'
import { loadAgentSnapshot } from '../store/load-agent-snapshot.ts'
import type { DocumentId } from '../access/membership.ts'
import type { AgentSnapshot } from '../calls/index.ts'
import { admitOutboundCall } from './admit-outbound-call.ts'
import { useKey } from './bind-providers.ts'
import { createCallLog } from './call-log.ts'
import { createCarrierClient } from './carrier-client.ts'
import { dialCommandIdOf } from './carrier-line.ts'
import { isKeyProblem } from './key-problem.ts'
import { callKeyOf, webhookUrlOf } from './open-calls.ts'
import type { CallSurroundings, OpenCall, OpenCalls } from './open-calls.ts'
import * as refusals from './outbound-refusals.ts'
import { createRecentIds } from './recent-ids.ts'
import { watchCarrier } from './watch-providers.ts'
import type { AcceptedWebhook } from './webhook-router.ts'
import type { OwnNumber } from '../store/find-callable-agent.ts'

export type OutboundCalls = {
  /**
   * Calls somebody. Resolves with the id of the call's record once the carrier took the call.
   * @throws ApiError when it cannot be placed
   */
  place(request: OutboundCallRequest): Promise<DocumentId>
  /** Resolves when no dial of the webhook's tenant at its carrier is under way, so that its call would be known. */
  dialled(webhook: AcceptedWebhook): Promise<void>
  /** Whether a dial seemed to fail of which the carrier may know better. */
  wasGivenUp(dialCommandId: string): boolean
}

type Prepared = {
  request: OutboundCallRequest
  tenant: DocumentId
  agent: AgentSnapshot
  number: OwnNumber
  record: CallRecord
}

/** Calls that a workspace may place in a minute. */
const CALLS_PER_MINUTE = 60
const GIVEN_UP_MEMORY_MS = 15 * 60 * 1000
const GIVEN_UP_MEMORY_SIZE = 10_000

/** Places calls: guard → record → dial. What the carrier says of them comes as events. */
export function createOutboundCalls({
  payload,
  runtime,
  calls,
}: CallSurroundings & { calls: OpenCalls }): OutboundCalls {
  const { registry } = compositionOf(payload)
  const limiter = createAttemptLimiter({ limit: CALLS_PER_MINUTE, windowMs: 60_000 })
  const underWay = new Map<Promise<unknown>, string>()
  const givenUp = createRecentIds({ lifetimeMs: GIVEN_UP_MEMORY_MS, capacity: GIVEN_UP_MEMORY_SIZE })

  const open = async ({ request, tenant, agent, number, record }: Prepared): Promise<OpenCall> => {
    const { provider } = number
    const tenantId = String(tenant)
    const { callId } = record
    const log = createCallLog({ logger: payload.logger, callId, tenantId })
    log('call.initiated', { provider, direction: 'outbound' })
    log('agent.loaded', { agentId: agent.agentId, agentVersion: agent.agentVersion })
    const { context, receipt, use } = await useKey({ payload, tenant, provider, capability: 'telephony', callId, log })
    const { telephony } = registry.require(provider, 'telephony')
    const { client, replies } = createCarrierClient({ provider, telephony, context })
    // Whoever waits for the calls of a draining process waits only for those that are open by then.
    if (runtime.isDraining) throw refusals.draining()
    return calls.open({
      tenant,
      tenantId,
      provider,
      ownNumber: number.number,
      agent,
      record,
      client: watchCarrier(client, use),
      replies,
      carrierReceipt: receipt,
      log,
      encoding: telephony.encodings[0] ?? 'mulaw',
      machine: { detection: request.machineDetection, message: request.voicemailMessage },
    })
  }

  const dial = async (prepared: Prepared, opened: OpenCall): Promise<void> => {
    const { request, tenant, number, record } = prepared
    const { provider } = number
    const tenantId = String(tenant)
    try {
      await opened.call.dial({
        to: request.to,
        from: number.number,
        webhookUrl: webhookUrlOf(payload, { provider, tenantId }),
        detectMachine: request.machineDetection !== 'off',
        leavesMessage: request.machineDetection === 'leave-message',
        ringSeconds: request.ringSeconds,
      })
    } catch (error) {
      if (!isProviderError(error)) throw error
      if (isUncertain(error)) givenUp.add(dialCommandIdOf(record.callId))
      await opened.call.closed
      throw refusals.carrierRefused({ error, record, registry })
    }
    const { carrierCallId } = opened.call
    if (carrierCallId === undefined) return
    calls.bind(callKeyOf({ tenantId, provider, carrierCallId }), opened)
    await opened.write(() => noteDialled({ payload, record, carrierCallId }))
  }

  const prepare = async (request: OutboundCallRequest): Promise<Prepared> => {
    if (runtime.isDraining) throw refusals.draining()
    const tenant = request.tenantId
    const waitSeconds = limiter.take(String(tenant))
    if (waitSeconds > 0) throw refusals.tooManyCalls(waitSeconds)
    const { to, variables } = request
    const number = await admitOutboundCall({ payload, request })
    const agent = await loadAgentSnapshot({
      payload,
      agentId: request.agent,
      tenantId: tenant,
      variables: { ...variables, caller_number: number.number, called_number: to, call_direction: 'outbound' },
    })
    if (!agent) throw refusals.agentNotPublished()
    const { id: phoneNumber, number: from, provider } = number
    const call = { tenant, provider, direction: 'outbound' as const, from, to, phoneNumber, agent }
    const record = await openCallRecord({ payload, call })
    if (!record) throw new Error('The record of a call of ours is there already.')
    return { request, tenant, agent, number, record }
  }

  return {
    async place(request) {
      const prepared = await prepare(request)
      const { record, number } = prepared
      let opened: OpenCall
      try {
        opened = await open(prepared)
      } catch (error) {
        await closeCallRecord({ payload, record, closing: closingOf(error) })
        throw isKeyProblem(error) ? refusals.keyGone(error) : error
      }
      const dialling = dial(prepared, opened)
      underWay.set(dialling, scopeOf({ tenantId: String(request.tenantId), provider: number.provider }))
      await dialling.finally(() => underWay.delete(dialling))
      return record.id
    },
    async dialled(webhook) {
      const scope = scopeOf(webhook)
      const pending = [...underWay].filter(([, of]) => of === scope).map(([dialling]) => dialling)
      await Promise.allSettled(pending)
    },
    wasGivenUp: givenUp.has,
  }
}

const scopeOf = ({ tenantId, provider }: { tenantId: string; provider: string }): string => `${tenantId} ${provider}`

/** What the record says of a call that was not dialled after all. */
function closingOf(error: unknown): CallClosing {
  if (isKeyProblem(error)) return { endedReason: error.endedReason, endedDetail: `${error.message}.` }
  if (isApiError(error)) return { endedReason: 'shutdown', endedDetail: error.message }
  return { endedReason: 'internal-error', endedDetail: 'The call could not be placed; the server log says more.' }
}

/** Whether the carrier may have taken the call although it did not say so. */
const isUncertain = ({ kind, status }: ProviderError): boolean =>
  kind === 'timeout' || kind === 'unreachable' || kind === 'failed' || (status !== undefined && status >= 500)
