import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import type { AgentSnapshot, EndedReason } from '../calls/index.ts'
import type { TelephonyClient } from '../provider-kit/index.ts'
import type { Runtime } from '../server/runtime.ts'
import { guardCall } from '../services/index.ts'
import { closeCallRecord } from '../store/call-records.ts'
import type { CallRecord } from '../store/call-records.ts'
import { providersOf } from './bind-search.ts'
import type { CallLog } from './call-log.ts'
import type { KeyProblem } from './key-problem.ts'

/** What a call is refused with, before it is answered. */
export type Refusal = { endedReason: EndedReason; detail: string; cause: 'rejected' | 'busy' }

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

export type Admission = { agent: AgentSnapshot; refusal?: undefined } | { agent?: undefined; refusal: Refusal }

/** Whether a call may be answered, or why not. */
export async function admitCall({
  payload,
  runtime,
  tenant,
  provider,
  hasNumber,
  agent,
}: FindRefusalOptions): Promise<Admission> {
  if (runtime.isDraining) {
    return { refusal: { endedReason: 'shutdown', detail: 'The server was shutting down.', cause: 'busy' } }
  }
  if (!hasNumber) {
    const detail = 'This number is not among the phone numbers of the workspace.'
    return { refusal: { endedReason: 'unknown-number', detail, cause: 'rejected' } }
  }
  if (!agent) return { refusal: NOT_PUBLISHED }
  const guard = await guardCall({
    payload,
    tenant,
    agent: providersOf(agent),
    telephony: provider,
  })
  if (guard.ok) return { agent }
  return { refusal: { endedReason: guard.endedReason, detail: guard.message, cause: 'rejected' } }
}

/** The refusal for a key that went away while the call was being admitted. */
export const refusalOf = ({ endedReason, message }: KeyProblem): Refusal => ({
  endedReason,
  detail: `${message}.`,
  cause: 'rejected',
})

type RefuseOptions = {
  payload: Payload
  client: TelephonyClient
  record: CallRecord
  carrierCallId: string
  log: CallLog
  refusal: Refusal
}

/** Tells the carrier that the call is not taken, and the record why. */
export async function refuseCall({
  payload,
  client,
  record,
  carrierCallId,
  log,
  refusal,
}: RefuseOptions): Promise<void> {
  const { endedReason, detail, cause } = refusal
  try {
    await client.reject({ carrierCallId, commandId: `${record.callId}-reject`, cause })
  } catch (error) {
    payload.logger.warn({ err: error, callId: record.callId, msg: 'The carrier did not take the rejection' })
  }
  await closeCallRecord({ payload, record, closing: { endedReason, endedDetail: detail } })
  log('call.ended', { reason: endedReason })
}
