import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import type { AgentSnapshot } from '../calls/index.ts'
import type { AudioEncoding, TelephonyCapability, TelephonyClient } from '../provider-kit/index.ts'
import type { CallClosing, CallRecord } from '../store/call-records.ts'
import type { CallRecording } from '../store/call-recordings.ts'
import type { BoundProviders, ReceiptEntry } from './bind-providers.ts'
import type { CallLog } from './call-log.ts'
import type { TelephonyDeadlines } from './deadlines.ts'
import type { MachineDetection } from './mailbox.ts'
import type { PhoneCall } from './phone-call.ts'
import type { ProgressWriter } from './progress-writer.ts'

export type PhoneCallOptions = {
  payload: Payload
  tenant: DocumentId
  /** Provider id of the carrier. */
  provider: string
  providerName: (id: string) => string
  /** Of a call that came in; one that goes out gets its id when it is dialled. */
  carrierCallId?: string
  /** E.164; the tenant's own number in this call. */
  ownNumber: string
  /** `<PUBLIC_URL>/webhooks/<carrier>/<tenant>`. */
  webhookUrl: string
  record: CallRecord
  agent: AgentSnapshot
  encoding: AudioEncoding
  /** Of an outbound call: what to do with a machine. */
  machine?: { detection: MachineDetection; message?: string }
  telephony: TelephonyCapability
  client: TelephonyClient
  carrierReceipt: ReceiptEntry
  log: CallLog
  progress: ProgressWriter
  bindProviders(): Promise<BoundProviders>
  openRecording?(encoding: AudioEncoding): CallRecording
  issueStreamUrl(call: PhoneCall): string
  deadlines: TelephonyDeadlines
  /** Writes the end of the call down; called exactly once. */
  onClosed(closing: CallClosing): Promise<void>
}
