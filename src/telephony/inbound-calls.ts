import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import type { AgentSnapshot, EndedReason } from '../calls/index.ts'
import { compositionOf } from '../composition.ts'
import type { AudioEncoding, TelephonyClient, TelephonyEvent } from '../provider-kit/index.ts'
import type { Runtime } from '../server/runtime.ts'
import { guardCall } from '../services/index.ts'
import { closeCallRecord, markCallAnswered, openCallRecord } from '../store/call-records.ts'
import type { CallRecord } from '../store/call-records.ts'
import { openCallRecording } from '../store/call-recordings.ts'
import { findAgentForNumber } from '../store/find-agent-for-number.ts'
import { loadAgentSnapshot } from '../store/load-agent-snapshot.ts'
import { bindProviders, useKey } from './bind-providers.ts'
import { createCallLog } from './call-log.ts'
import { PhoneCall } from './phone-call.ts'
import type { ProgressWriter } from './progress-writer.ts'
import { createRecentIds } from './recent-ids.ts'
import { createSerialQueue } from './serial-queue.ts'
import type { AcceptedWebhook } from './webhook-router.ts'

type InboundCallsOptions = {
  payload: Payload
  runtime: Runtime
  progress: ProgressWriter
  issueStreamUrl(call: PhoneCall): string
}

export type InboundCalls = {
  /** Takes a genuine webhook; works on it afterwards, in the order of each call's events. */
  take(webhook: AcceptedWebhook): void
  idle(): Promise<void>
}

type Initiated = TelephonyEvent & { type: 'call-initiated' }

/** Longer than a signature is accepted for, so that a replay within that time finds its id remembered. */
const EVENT_MEMORY_MS = 15 * 60 * 1000
const EVENT_MEMORY_SIZE = 50_000

/** What a call is refused with, before it is answered. */
type Refusal = { endedReason: EndedReason; detail: string; cause: 'rejected' | 'busy' }

/** Turns carriers' events into phone calls: number → agent → guard → answer, or a refusal that the record explains. */
export function createInboundCalls({ payload, runtime, progress, issueStreamUrl }: InboundCallsOptions): InboundCalls {
  const { registry } = compositionOf(payload)
  const queue = createSerialQueue()
  const seenEvents = createRecentIds({ lifetimeMs: EVENT_MEMORY_MS, capacity: EVENT_MEMORY_SIZE })
  const endedEarly = createRecentIds({ lifetimeMs: EVENT_MEMORY_MS, capacity: EVENT_MEMORY_SIZE })
  const calls = new Map<string, PhoneCall>()

  const handle = async (webhook: AcceptedWebhook): Promise<void> => {
    const { provider, tenantId, event } = webhook
    const key = `${tenantId} ${provider} ${event.carrierCallId}`
    const call = calls.get(key)
    if (event.type === 'call-initiated' && event.direction === 'inbound' && !call) {
      // A hang-up that overtook its own call: there is nobody left to answer.
      if (endedEarly.add(key)) await begin(key, webhook, event)
      return
    }
    if (event.type === 'call-ended') {
      endedEarly.add(key)
      call?.onCarrierEnded()
    }
    if (event.type === 'call-answered' && call) {
      await Promise.all([call.onAnswered(), markAnswered(call)])
    }
    if (event.type === 'stream-failed') call?.onStreamFailed(event.reason)
  }

  const records = new Map<PhoneCall, CallRecord>()
  const markAnswered = (call: PhoneCall): Promise<unknown> => {
    const record = records.get(call)
    return record ? markCallAnswered({ payload, record }) : Promise.resolve()
  }

  const begin = async (key: string, { provider, tenantId }: AcceptedWebhook, event: Initiated): Promise<void> => {
    const tenant = toDocumentId(tenantId, payload)
    const manifest = registry.require(provider, 'telephony')
    const route = await findAgentForNumber({ payload, tenant, provider, number: event.to })
    const agent = route?.agent ? await loadAgentSnapshot({ payload, agentId: route.agent, tenantId: tenant, variables: variablesOf(event) }) : undefined
    const { carrierCallId, from, to } = event
    const record = await openCallRecord({ payload, call: { tenant, provider, carrierCallId, from, to, phoneNumber: route?.phoneNumber, agent } })
    if (!record) return

    const log = createCallLog({ logger: payload.logger, callId: record.callId, tenantId })
    log('webhook.received', { provider, eventId: event.eventId })
    log('call.initiated', { provider, direction: event.direction })
    const carrier = await useKey({ payload, tenant, provider, capability: 'telephony', log })
    const client = manifest.telephony.createClient(carrier.context)

    const refusal = await findRefusal({ payload, runtime, tenant, provider, hasNumber: route !== undefined, agent })
    if (refusal || !agent) {
      await refuse({ payload, client, record, carrierCallId, log, refusal: refusal ?? NOT_PUBLISHED })
      return
    }
    log('agent.loaded', { agentId: agent.agentId, agentVersion: agent.agentVersion })

    const call = new PhoneCall({
      payload,
      tenant,
      provider,
      providerName: (id) => registry.get(id).name,
      carrierCallId,
      record,
      agent,
      encoding: chooseEncoding(event.offeredEncodings),
      telephony: manifest.telephony,
      client,
      carrierReceipt: carrier.receipt,
      log,
      progress,
      bindProviders: () => bindProviders({ payload, tenant, agent, log }),
      openRecording: (encoding) => openCallRecording({ payload, tenant, callId: record.callId, encoding }),
      issueStreamUrl,
      async onClosed(closing) {
        calls.delete(key)
        records.delete(call)
        runtime.liveCalls.delete(call.callId)
        await closeCallRecord({ payload, record, closing })
      },
    })
    calls.set(key, call)
    records.set(call, record)
    runtime.liveCalls.set(call.callId, { callId: call.callId, tenantId, end: (reason, farewell) => call.end(reason, farewell) })
    await call.answer()
  }

  return {
    take(webhook) {
      const { provider, tenantId, event } = webhook
      if (event.type === 'ignored' || !seenEvents.add(`${tenantId} ${provider} ${event.eventId}`)) return
      queue
        .run(`${tenantId} ${provider} ${event.carrierCallId}`, () => handle(webhook))
        .catch((error: unknown) => {
          payload.logger.error({ err: error, provider, tenantId, eventType: event.type, msg: 'A webhook could not be worked on' })
        })
    },
    idle: () => queue.idle(),
  }
}

const NOT_PUBLISHED: Refusal = {
  endedReason: 'agent-not-published',
  detail: 'No published agent answers this number. Publish one and choose it in the number.',
  cause: 'rejected',
}

type FindRefusalOptions = {
  payload: Payload
  runtime: Runtime
  tenant: DocumentId
  provider: string
  hasNumber: boolean
  agent: AgentSnapshot | undefined
}

async function findRefusal({ payload, runtime, tenant, provider, hasNumber, agent }: FindRefusalOptions): Promise<Refusal | undefined> {
  if (runtime.isDraining) return { endedReason: 'shutdown', detail: 'The server was shutting down.', cause: 'busy' }
  if (!hasNumber) {
    return { endedReason: 'unknown-number', detail: 'This number is not among the phone numbers of the workspace.', cause: 'rejected' }
  }
  if (!agent) return NOT_PUBLISHED
  const guard = await guardCall({
    payload,
    tenant,
    agent: { stt: agent.stt.provider, llm: agent.llm.provider, tts: agent.tts.provider },
    telephony: provider,
  })
  return guard.ok ? undefined : { endedReason: guard.endedReason, detail: guard.message, cause: 'rejected' }
}

type RefuseOptions = {
  payload: Payload
  client: TelephonyClient
  record: CallRecord
  carrierCallId: string
  log: ReturnType<typeof createCallLog>
  refusal: Refusal
}

async function refuse({ payload, client, record, carrierCallId, log, refusal }: RefuseOptions): Promise<void> {
  const { endedReason, detail, cause } = refusal
  try {
    await client.reject({ carrierCallId, commandId: `${record.callId}-reject`, cause })
  } catch (error) {
    payload.logger.warn({ err: error, callId: record.callId, msg: 'The carrier did not take the rejection' })
  }
  await closeCallRecord({ payload, record, closing: { endedReason, endedDetail: detail } })
  log('call.ended', { endedReason })
}

/** The first that the caller's network offers; mu-law where it says nothing. */
const chooseEncoding = (offered: readonly AudioEncoding[]): AudioEncoding => offered[0] ?? 'mulaw'

const variablesOf = ({ from, to }: Initiated): Record<string, string> => ({ caller_number: from, called_number: to, call_direction: 'inbound' })

/** A path segment as the id that the database compares with: a number on SQLite, text on MongoDB. */
const toDocumentId = (text: string, payload: Payload): DocumentId =>
  payload.db.defaultIDType === 'number' ? Number(text) : text
