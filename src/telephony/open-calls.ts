import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import type { AgentSnapshot } from '../calls/index.ts'
import { compositionOf } from '../composition.ts'
import type { AudioEncoding, TelephonyClient } from '../provider-kit/index.ts'
import type { Runtime } from '../server/runtime.ts'
import { closeCallRecord } from '../store/call-records.ts'
import type { CallRecord } from '../store/call-records.ts'
import { openCallRecording } from '../store/call-recordings.ts'
import { saveUsage } from '../store/usage-records.ts'
import { bindProviders } from './bind-providers.ts'
import type { ReceiptEntry } from './bind-providers.ts'
import type { CallLog } from './call-log.ts'
import type { TelephonyDeadlines } from './deadlines.ts'
import type { ReplySlot } from './instructed-client.ts'
import type { PhoneCallOptions } from './phone-call-options.ts'
import { PhoneCall } from './phone-call.ts'
import type { ProgressWriter } from './progress-writer.ts'
import { createRecentIds } from './recent-ids.ts'

/** What every call of this process needs. */
export type CallSurroundings = {
  payload: Payload
  runtime: Runtime
  progress: ProgressWriter
  deadlines: TelephonyDeadlines
  issueStreamUrl(call: PhoneCall): string
}

/** A call that is being answered or dialled, or goes on. */
export type OpenCall = {
  call: PhoneCall
  record: CallRecord
  direction: 'inbound' | 'outbound'
  /** The webhook of the call that waits for an answer, where its carrier asks. */
  replies: ReplySlot
  /** Writes to the record, one step after another, until the call begins to end. */
  write(step: () => Promise<unknown>): Promise<void>
}

export type NewOpenCall = {
  tenant: DocumentId
  tenantId: string
  provider: string
  /** Of a call that came in. */
  carrierCallId?: string
  ownNumber: string
  agent: AgentSnapshot
  record: CallRecord
  client: TelephonyClient
  replies: ReplySlot
  carrierReceipt: ReceiptEntry
  log: CallLog
  encoding: AudioEncoding
  machine?: PhoneCallOptions['machine']
}

export type OpenCalls = {
  find(key: string): OpenCall | undefined
  /** Whether this process had the call, of those that ended within a quarter of an hour. */
  wasOpen(key: string): boolean
  /** Makes a call known to the process and, where it has its carrier's id already, to the carrier's events. */
  open(options: NewOpenCall): OpenCall
  /** Makes a call known to the carrier's events once it has its carrier's id. */
  bind(key: string, open: OpenCall): void
  /** Resolves when the record of every call is closed. */
  idle(): Promise<void>
  /** Ends every call, and each that is opened after; `idle` tells when that is done. */
  close(): void
}

/** How a carrier's call is named in this process. */
export const callKeyOf = (call: { tenantId: string; provider: string; carrierCallId: string }): string =>
  `${call.tenantId} ${call.provider} ${call.carrierCallId}`

/** Where a tenant's webhooks of a carrier go to, as the carrier is told. */
export const webhookUrlOf = (payload: Payload, { provider, tenantId }: { provider: string; tenantId: string }) =>
  `${compositionOf(payload).environment.publicUrl}/webhooks/${provider}/${tenantId}`

const ENDED_MEMORY_MS = 15 * 60 * 1000
const ENDED_MEMORY_SIZE = 50_000

/** Keeps the calls of this process, from the moment they are to be answered or dialled to their closed records. */
export function createOpenCalls(surroundings: CallSurroundings): OpenCalls {
  const { payload, runtime } = surroundings
  const { registry } = compositionOf(payload)
  const byKey = new Map<string, OpenCall>()
  const ended = createRecentIds({ lifetimeMs: ENDED_MEMORY_MS, capacity: ENDED_MEMORY_SIZE })
  const all = new Set<OpenCall>()
  let isClosed = false

  const bind = (key: string, open: OpenCall) => {
    if (!all.has(open)) return
    byKey.set(key, open)
    void open.call.closed.then(() => {
      byKey.delete(key)
      ended.add(key)
    })
  }

  return {
    find: (key) => byKey.get(key),
    wasOpen: ended.has,
    bind,
    open({ tenantId, replies, ...options }) {
      const { tenant, provider, record, agent, log } = options
      let writes: Promise<unknown> = Promise.resolve()
      const call = new PhoneCall({
        ...surroundings,
        ...options,
        webhookUrl: webhookUrlOf(payload, { provider, tenantId }),
        providerName: (id) => registry.get(id).name,
        telephony: registry.require(provider, 'telephony').telephony,
        bindProviders: () => bindProviders({ payload, tenant, agent, callId: record.callId, log }),
        openRecording: (encoding) => openCallRecording({ payload, tenant, callId: record.callId, encoding }),
        async onClosed(closing) {
          // Two writes at once would each keep what the other is about to change.
          await writes
          await closeCallRecord({ payload, record, closing })
          await saveUsage({ payload, tenant, record, closing, carrier: provider })
        },
      })
      const open: OpenCall = {
        call,
        record,
        direction: options.carrierCallId === undefined ? 'outbound' : 'inbound',
        replies,
        async write(step) {
          if (call.isEnding) return
          const written = writes.then(step)
          writes = written.catch((error: unknown) => {
            payload.logger.error({
              err: error,
              callId: record.callId,
              msg: 'The record of a call could not be written',
            })
          })
          await writes
        },
      }
      all.add(open)
      const { callId } = call
      runtime.liveCalls.set(callId, {
        callId,
        tenantId,
        end: (reason, farewell) => call.end(reason, farewell),
        follow: (listener) => call.follow(listener),
      })
      void call.closed.then(() => {
        all.delete(open)
        runtime.liveCalls.delete(callId)
      })
      if (options.carrierCallId !== undefined) {
        bind(callKeyOf({ tenantId, provider, carrierCallId: options.carrierCallId }), open)
      }
      // It was admitted before the end, and came too late for it.
      if (isClosed) void call.end('shutdown')
      return open
    },
    async idle() {
      await Promise.all([...all].map(({ call }) => call.closed))
    },
    close() {
      isClosed = true
      for (const { call } of all) void call.end('shutdown')
    },
  }
}
