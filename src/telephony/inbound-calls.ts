import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import type { AgentSnapshot, EndedReason } from '../calls/index.ts'
import { compositionOf } from '../composition.ts'
import type { AudioEncoding, TelephonyClient, TelephonyEndCause, TelephonyEvent } from '../provider-kit/index.ts'
import type { Runtime } from '../server/runtime.ts'
import { closeCallRecord, markCallAnswered, openCallRecord } from '../store/call-records.ts'
import type { CallRecord } from '../store/call-records.ts'
import { openCallRecording } from '../store/call-recordings.ts'
import { findAgentForNumber } from '../store/find-agent-for-number.ts'
import { loadAgentSnapshot } from '../store/load-agent-snapshot.ts'
import { saveUsage } from '../store/usage-records.ts'
import { bindProviders, useKey } from './bind-providers.ts'
import type { ReceiptEntry } from './bind-providers.ts'
import { createCallLog } from './call-log.ts'
import type { CallLog } from './call-log.ts'
import type { TelephonyDeadlines } from './deadlines.ts'
import { isKeyProblem } from './key-problem.ts'
import { PhoneCall } from './phone-call.ts'
import type { ProgressWriter } from './progress-writer.ts'
import { createRecentIds } from './recent-ids.ts'
import { admitCall, refusalOf, refuseCall } from './refuse-call.ts'
import { createSerialQueue } from './serial-queue.ts'
import { watchCarrier } from './watch-providers.ts'
import type { AcceptedWebhook } from './webhook-router.ts'

type InboundCallsOptions = {
  payload: Payload
  runtime: Runtime
  progress: ProgressWriter
  deadlines: TelephonyDeadlines
  issueStreamUrl(call: PhoneCall): string
}

export type InboundCalls = {
  /** Takes a genuine webhook; works on it afterwards, in the order of each call's events. */
  take(webhook: AcceptedWebhook): void
  /** Resolves when no event is being worked on and every record is closed. */
  idle(): Promise<void>
  /** Ends every call; `idle` tells when that is done. */
  close(): void
}

type Initiated = TelephonyEvent & { type: 'call-initiated' }

/** A call that is being answered or goes on. */
type OpenCall = { call: PhoneCall; record: CallRecord; answering: Promise<unknown> }

type AnswerOptions = {
  key: string
  tenant: DocumentId
  webhook: AcceptedWebhook
  event: Initiated
  agent: AgentSnapshot
  record: CallRecord
  client: TelephonyClient
  carrierReceipt: ReceiptEntry
  log: CallLog
}

/** Longer than a signature is accepted for, so that a replay within that time finds its id remembered. */
const EVENT_MEMORY_MS = 15 * 60 * 1000
const EVENT_MEMORY_SIZE = 50_000

/** Turns carriers' events into phone calls: number → agent → guard → answer, or a refusal that the record explains. */
export function createInboundCalls(options: InboundCallsOptions): InboundCalls {
  const { payload, runtime, progress, deadlines, issueStreamUrl } = options
  const { registry } = compositionOf(payload)
  const queue = createSerialQueue()
  const seenEvents = createRecentIds({ lifetimeMs: EVENT_MEMORY_MS, capacity: EVENT_MEMORY_SIZE })
  const endedEarly = createRecentIds({ lifetimeMs: EVENT_MEMORY_MS, capacity: EVENT_MEMORY_SIZE })
  const openCalls = new Map<string, OpenCall>()

  const handle = async (webhook: AcceptedWebhook): Promise<void> => {
    const key = keyOf(webhook)
    const { event } = webhook
    const open = openCalls.get(key)
    if (event.type === 'call-initiated' && event.direction === 'inbound' && !open) {
      // A hang-up that overtook its own call: there is nobody left to answer.
      if (endedEarly.add(key)) await begin(key, webhook, event)
      return
    }
    if (event.type === 'call-ended') {
      endedEarly.add(key)
      open?.call.onCarrierEnded(REASON_BY_CAUSE[event.cause])
    }
    if (event.type === 'call-answered' && open && !open.call.isAnswered) {
      open.answering = markCallAnswered({ payload, record: open.record })
      await Promise.all([open.call.onAnswered(), open.answering])
    }
    if (event.type === 'stream-failed') open?.call.onStreamFailed(event.reason)
  }

  const begin = async (key: string, webhook: AcceptedWebhook, event: Initiated): Promise<void> => {
    const { provider, tenantId } = webhook
    const { carrierCallId, from, to } = event
    const tenant = toDocumentId(tenantId, payload)
    const route = await findAgentForNumber({ payload, tenant, provider, number: to })
    const found = route?.agent
      ? await loadAgentSnapshot({ payload, agentId: route.agent, tenantId: tenant, variables: variablesOf(event) })
      : undefined
    const record = await openCallRecord({
      payload,
      call: { tenant, provider, carrierCallId, from, to, phoneNumber: route?.phoneNumber, agent: found },
    })
    if (!record) return

    const log = createCallLog({ logger: payload.logger, callId: record.callId, tenantId })
    log('webhook.received', { provider, eventId: event.eventId })
    log('call.initiated', { provider, direction: event.direction })
    // A refusal is told with the key that proved the webhook, even where that key may pay for nothing any more.
    const context = registry.contextFor(provider, webhook.credentials)
    const client = registry.require(provider, 'telephony').telephony.createClient(context)
    const refuse = { payload, client, record, carrierCallId, log }
    try {
      const hasNumber = route !== undefined
      const { agent, refusal } = await admitCall({ payload, runtime, tenant, provider, hasNumber, agent: found })
      if (refusal) return await refuseCall({ ...refuse, refusal })
      log('agent.loaded', { agentId: agent.agentId, agentVersion: agent.agentVersion })
      const { callId } = record
      const { receipt, use } = await useKey({ payload, tenant, provider, capability: 'telephony', callId, log })
      const carrier = watchCarrier(client, use)
      await answer({ key, tenant, webhook, event, agent, record, client: carrier, carrierReceipt: receipt, log })
    } catch (error) {
      if (isKeyProblem(error)) return refuseCall({ ...refuse, refusal: refusalOf(error) })
      const detail = 'The call could not be answered; the server log says more.'
      await refuseCall({ ...refuse, refusal: { endedReason: 'internal-error', detail, cause: 'rejected' } })
      throw error
    }
  }

  const answer = async (options: AnswerOptions): Promise<void> => {
    const { key, tenant, webhook, event, agent, record, client, carrierReceipt, log } = options
    const { provider, tenantId } = webhook
    const call = new PhoneCall({
      payload,
      tenant,
      provider,
      providerName: (id) => registry.get(id).name,
      carrierCallId: event.carrierCallId,
      record,
      agent,
      encoding: chooseEncoding(event.offeredEncodings),
      telephony: registry.require(provider, 'telephony').telephony,
      client,
      carrierReceipt,
      log,
      progress,
      deadlines,
      bindProviders: () => bindProviders({ payload, tenant, agent, callId: record.callId, log }),
      openRecording: (encoding) => openCallRecording({ payload, tenant, callId: record.callId, encoding }),
      issueStreamUrl,
      async onClosed(closing) {
        // Two writes at once would each keep what the other is about to change.
        await open.answering.catch(() => {})
        await closeCallRecord({ payload, record, closing })
        await saveUsage({ payload, tenant, record, closing, carrier: provider })
      },
    })
    const open: OpenCall = { call, record, answering: Promise.resolve() }
    openCalls.set(key, open)
    const { callId } = call
    runtime.liveCalls.set(callId, { callId, tenantId, end: (reason, farewell) => call.end(reason, farewell) })
    void call.closed.then(() => {
      openCalls.delete(key)
      runtime.liveCalls.delete(callId)
    })
    await call.answer()
  }

  return {
    take(webhook) {
      const { provider, tenantId, event } = webhook
      if (event.type === 'ignored' || !seenEvents.add(`${tenantId} ${provider} ${event.eventId}`)) return
      queue
        .run(keyOf(webhook), () => handle(webhook))
        .catch((error: unknown) => {
          const msg = 'A webhook could not be worked on'
          payload.logger.error({ err: error, provider, tenantId, eventType: event.type, msg })
        })
    },
    async idle() {
      await queue.idle()
      await Promise.all([...openCalls.values()].map(({ call }) => call.closed))
    },
    close() {
      for (const { call } of openCalls.values()) void call.end('shutdown')
    },
  }
}

const keyOf = ({ provider, tenantId, event }: AcceptedWebhook): string =>
  `${tenantId} ${provider} ${event.carrierCallId}`

/** Whose doing the end was, as the carrier names it. */
const REASON_BY_CAUSE: Record<TelephonyEndCause, EndedReason> = {
  completed: 'caller-hangup',
  canceled: 'caller-hangup',
  'no-answer': 'no-answer',
  busy: 'busy',
  rejected: 'rejected',
  failed: 'carrier-failed',
}

/** The first that the caller's network offers; mu-law where it says nothing. */
const chooseEncoding = (offered: readonly AudioEncoding[]): AudioEncoding => offered[0] ?? 'mulaw'

const variablesOf = ({ from, to }: Initiated): Record<string, string> => ({
  caller_number: from,
  called_number: to,
  call_direction: 'inbound',
})

/** A path segment as the id that the database compares with: a number on SQLite, text on MongoDB. */
const toDocumentId = (text: string, payload: Payload): DocumentId =>
  payload.db.defaultIDType === 'number' ? Number(text) : text
