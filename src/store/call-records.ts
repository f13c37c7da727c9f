import { randomUUID } from 'node:crypto'
import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import type { AgentSnapshot, CallProgress, CallSummary, EndedReason } from '../calls/index.ts'
import type { CallAnswerer, CallStatus } from '../collections/Calls/call-status.ts'
import { CALLS } from '../collections/slugs.ts'

/** A call's record as the rest of the process names it. */
export type CallRecord = { id: DocumentId; callId: string }

type NewCall = {
  tenant: DocumentId
  provider: string
  direction: 'inbound' | 'outbound'
  /** Absent of a call that is yet to be dialled. */
  carrierCallId?: string
  from: string
  to: string
  phoneNumber?: DocumentId
  agent?: AgentSnapshot
}

/**
 * Opens the record of a call: ringing, or queued where it is yet to be dialled.
 * @returns undefined when the carrier's call already has one: the event was delivered before
 */
export async function openCallRecord({
  payload,
  call,
}: {
  payload: Payload
  call: NewCall
}): Promise<CallRecord | undefined> {
  const { tenant, provider, direction, carrierCallId, from, to, phoneNumber, agent } = call
  if (carrierCallId !== undefined && (await isKnown({ payload, tenant, provider, carrierCallId }))) return undefined
  const callId = randomUUID()
  try {
    const { id } = await payload.create({
      collection: CALLS,
      overrideAccess: true,
      depth: 0,
      data: {
        tenant,
        publicId: callId,
        direction,
        status: carrierCallId === undefined ? 'queued' : 'ringing',
        provider,
        carrierCallId,
        from,
        to,
        phoneNumber,
        agent: agent?.agentId,
        agentName: agent?.name,
        agentVersion: agent?.agentVersion,
        startedAt: new Date().toISOString(),
        heartbeatAt: new Date().toISOString(),
      },
    })
    return { id, callId }
  } catch (error) {
    // Another delivery of the same event was faster: the unique index refuses the second record.
    const isRefused = (error as { status?: number }).status === 400
    if (isRefused && carrierCallId !== undefined && (await isKnown({ payload, tenant, provider, carrierCallId })))
      return undefined
    throw error
  }
}

type KnownCall = { payload: Payload; tenant: DocumentId; provider: string; carrierCallId: string }

async function isKnown({ payload, tenant, provider, carrierCallId }: KnownCall): Promise<boolean> {
  const where = {
    tenant: { equals: tenant },
    provider: { equals: provider },
    carrierCallId: { equals: carrierCallId },
  }
  const { totalDocs } = await payload.count({ collection: CALLS, overrideAccess: true, where })
  return totalDocs > 0
}

type OpenRecord = { record: CallRecord; payload: Payload }

/** Notes under which id the carrier took a call of ours. */
export const noteDialled = ({
  payload,
  record,
  carrierCallId,
}: OpenRecord & { carrierCallId: string }): Promise<unknown> => updateCall(payload, record, { carrierCallId })

/** Notes that the phone of the person we call rings. */
export const markCallRinging = ({ payload, record }: OpenRecord): Promise<unknown> =>
  updateCall(payload, record, { status: 'ringing' })

/** Notes who answered a call of ours. */
export const noteAnswerer = ({
  payload,
  record,
  answeredBy,
}: OpenRecord & { answeredBy: CallAnswerer }): Promise<unknown> => updateCall(payload, record, { answeredBy })

/** Notes that the carrier connected the call. */
export const markCallAnswered = ({ payload, record }: OpenRecord): Promise<unknown> =>
  updateCall(payload, record, { status: 'in-progress', answeredAt: new Date().toISOString() })

/** Keeps what was said so far, so that a crash loses seconds. */
export const saveCallProgress = ({
  payload,
  record,
  progress,
}: OpenRecord & { progress: CallProgress }): Promise<unknown> =>
  updateCall(payload, record, {
    transcript: progress.transcript,
    turns: progress.turns,
    toolCalls: progress.toolCalls,
    heartbeatAt: new Date().toISOString(),
  })

export type CallClosing = {
  endedReason: EndedReason
  /** A sentence for the people who read the record. */
  endedDetail?: string
  /** Absent where no conversation took place. */
  summary?: CallSummary
  /** Whose key paid for what. */
  receipt?: readonly { capability: string; provider: string; credentialId: string; version: number }[]
  recording?: DocumentId
  answeredAt?: number
  /** Of a call that the carrier took. */
  carrierCallId?: string
  /** E.164; who took the caller over. */
  transferredTo?: string
}

/** Closes the record. */
export function closeCallRecord({ payload, record, closing }: OpenRecord & { closing: CallClosing }): Promise<unknown> {
  const { summary, endedReason } = closing
  const endedAt = endedAtOf(closing)
  return updateCall(payload, record, {
    status: callStatusOf(closing),
    endedReason,
    carrierCallId: closing.carrierCallId,
    endedDetail: closing.endedDetail ?? summary?.error?.message,
    endedAt,
    durationSeconds: durationSecondsOf(closing),
    transcript: summary?.transcript,
    turns: summary?.turns,
    toolCalls: summary?.toolCalls,
    usage: summary?.usage,
    error: summary?.error,
    receipt: closing.receipt,
    recording: closing.recording,
    transferredTo: closing.transferredTo,
  })
}

/** From the answer to the end, in whole seconds; 0 where nobody answered. */
export const durationSecondsOf = (closing: CallClosing): number =>
  closing.answeredAt === undefined
    ? 0
    : Math.max(0, Math.round((Date.parse(endedAtOf(closing)) - closing.answeredAt) / 1000))

/** ISO 8601; a call without a conversation ends now. */
const endedAtOf = ({ summary }: CallClosing): string => summary?.endedAt ?? new Date().toISOString()

const ORDERLY: readonly EndedReason[] = [
  'caller-hangup',
  'agent-hangup',
  'transferred',
  'operator-hangup',
  'silence-timeout',
  'max-duration',
  'shutdown',
]

/** Where a call stands that ended so. */
export function callStatusOf({ endedReason, answeredAt }: Pick<CallClosing, 'endedReason' | 'answeredAt'>): CallStatus {
  if (endedReason === 'no-answer' || endedReason === 'busy' || endedReason === 'voicemail') return endedReason
  if (endedReason === 'canceled') return 'canceled'
  // Whoever declines has not answered; nothing is to be put right.
  if (endedReason === 'rejected') return 'no-answer'
  if (!ORDERLY.includes(endedReason)) return 'failed'
  return answeredAt === undefined ? 'canceled' : 'completed'
}

/**
 * Writes straight to the database, one statement that reads nothing back: `payload.update` blocks the event loop 20 times
 * as long, and a record that the server alone writes has no hooks that would be missed. What is undefined stays as it is.
 */
const updateCall = (payload: Payload, { id }: CallRecord, data: Record<string, unknown>): Promise<unknown> => {
  const known = Object.entries(data).filter(([, value]) => value !== undefined)
  return payload.db.updateOne({
    collection: CALLS,
    id,
    data: { ...Object.fromEntries(known), updatedAt: new Date().toISOString() },
    returning: false,
  })
}
