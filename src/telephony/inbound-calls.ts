import type { DocumentId } from '../access/membership.ts'
import type { AgentSnapshot } from '../calls/index.ts'
import { compositionOf } from '../composition.ts'
import type { AudioEncoding, TelephonyEvent } from '../provider-kit/index.ts'
import { openCallRecord } from '../store/call-records.ts'
import type { CallRecord } from '../store/call-records.ts'
import { findAgentForNumber } from '../store/find-agent-for-number.ts'
import { loadAgentSnapshot } from '../store/load-agent-snapshot.ts'
import { noteAnswer } from './apply-carrier-event.ts'
import { useKey } from './bind-providers.ts'
import { createCallLog } from './call-log.ts'
import type { CallLog } from './call-log.ts'
import { createCarrierClient } from './carrier-client.ts'
import type { CarrierClient } from './carrier-client.ts'
import { isKeyProblem } from './key-problem.ts'
import type { CallSurroundings, OpenCalls } from './open-calls.ts'
import { admitCall, refusalOf, refuseCall } from './refuse-call.ts'
import { toDocumentId } from './to-document-id.ts'
import { watchCarrier } from './watch-providers.ts'
import type { AcceptedWebhook } from './webhook-router.ts'

export type InboundCall = TelephonyEvent & { type: 'call-initiated' }

type InboundCallsOptions = CallSurroundings & { calls: OpenCalls }

type AnswerOptions = {
  tenant: DocumentId
  webhook: AcceptedWebhook
  event: InboundCall
  agent: AgentSnapshot
  record: CallRecord
  carrier: CarrierClient
  log: CallLog
}

/** Takes calls that come in: number → agent → guard → answer, or a refusal that the record explains. */
export function createInboundCalls({ payload, runtime, calls }: InboundCallsOptions) {
  const { registry } = compositionOf(payload)

  const answer = async ({ tenant, webhook, event, agent, record, carrier, log }: AnswerOptions): Promise<void> => {
    const { provider, tenantId } = webhook
    const { callId } = record
    const { receipt, use } = await useKey({ payload, tenant, provider, capability: 'telephony', callId, log })
    const open = calls.open({
      tenant,
      tenantId,
      provider,
      carrierCallId: event.carrierCallId,
      ownNumber: event.to,
      agent,
      record,
      client: watchCarrier(carrier.client, use),
      replies: carrier.replies,
      carrierReceipt: receipt,
      log,
      encoding: chooseEncoding(event.offeredEncodings),
    })
    await open.call.answer()
    // Its answer and its stream are one instruction: there is no word of the carrier in between.
    if (carrier.isInstructed && !open.call.isEnding) await noteAnswer({ payload, open })
  }

  /** Finds who is called and opens the record; undefined where the call has one. */
  const announce = async ({ provider, tenantId }: AcceptedWebhook, event: InboundCall) => {
    const { carrierCallId, from, to } = event
    const tenant = toDocumentId(tenantId, payload)
    const route = await findAgentForNumber({ payload, tenant, provider, number: to })
    const agent = route?.agent
      ? await loadAgentSnapshot({ payload, agentId: route.agent, tenantId: tenant, variables: variablesOf(event) })
      : undefined
    const phoneNumber = route?.phoneNumber
    const call = { tenant, provider, direction: 'inbound' as const, carrierCallId, from, to, phoneNumber, agent }
    const record = await openCallRecord({ payload, call })
    return record && { tenant, hasNumber: route !== undefined, agent, record }
  }

  /** Begins a call of which nobody knows yet. */
  return async (webhook: AcceptedWebhook, event: InboundCall): Promise<void> => {
    const { provider, tenantId, reply } = webhook
    const { carrierCallId } = event
    // A refusal is told with the key that proved the webhook, even where that key may pay for nothing any more.
    const context = registry.contextFor(provider, webhook.credentials)
    const { telephony } = registry.require(provider, 'telephony')
    const carrier = createCarrierClient({ provider, telephony, context, reply })
    const announced = await announce(webhook, event).catch(async (error: unknown) => {
      // There is no record to say so, but the caller is not left to the ringing.
      const reject = carrier.client.reject({ carrierCallId, commandId: `${event.eventId}-reject`, cause: 'busy' })
      await reject.catch((err: unknown) => {
        payload.logger.warn({ err, provider, carrierCallId, msg: 'The carrier did not take the rejection' })
      })
      throw error
    })
    if (!announced) return

    const { tenant, hasNumber, record } = announced
    const log = createCallLog({ logger: payload.logger, callId: record.callId, tenantId })
    log('webhook.received', { provider, eventId: event.eventId })
    log('call.initiated', { provider, direction: event.direction })
    const refuse = { payload, client: carrier.client, record, carrierCallId, log }
    try {
      const { agent, refusal } = await admitCall({
        payload,
        runtime,
        tenant,
        provider,
        hasNumber,
        agent: announced.agent,
      })
      if (refusal) return await refuseCall({ ...refuse, refusal })
      log('agent.loaded', { agentId: agent.agentId, agentVersion: agent.agentVersion })
      await answer({ tenant, webhook, event, agent, record, carrier, log })
    } catch (error) {
      if (isKeyProblem(error)) return refuseCall({ ...refuse, refusal: refusalOf(error) })
      const detail = 'The call could not be answered; the server log says more.'
      await refuseCall({ ...refuse, refusal: { endedReason: 'internal-error', detail, cause: 'rejected' } })
      throw error
    }
  }
}

/** The first that the caller's network offers; mu-law where it says nothing. */
const chooseEncoding = (offered: readonly AudioEncoding[]): AudioEncoding => offered[0] ?? 'mulaw'

const variablesOf = ({ from, to }: InboundCall): Record<string, string> => ({
  caller_number: from,
  called_number: to,
  call_direction: 'inbound',
})
