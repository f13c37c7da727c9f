import type {
  CallError,
  CallUsage,
  EndedReason,
  ToolCallEntry,
  TranscriptEntry,
  TurnLatency,
} from '../../calls/index.ts'
import type { CallAnswerer, CallStatus } from '../../collections/Calls/call-status.ts'
import type { ReceiptEntry } from '../../telephony/bind-providers.ts'

type Id = number | string

/** Whose key paid for what, with the provider's ids of the requests. */
export type ReceiptLine = ReceiptEntry & { requestIds?: string[] }

/** A call's record as the API gives it at depth 0. */
export type CallDocument = {
  id: Id
  tenant?: Id | null
  publicId?: string | null
  status: CallStatus
  endedReason?: EndedReason | null
  endedDetail?: string | null
  direction: 'inbound' | 'outbound'
  /** Of a call of ours that asked its carrier. */
  answeredBy?: CallAnswerer | null
  /** E.164; who took the caller over. */
  transferredTo?: string | null
  from?: string | null
  to?: string | null
  /** ISO 8601, as all moments. */
  startedAt?: string | null
  answeredAt?: string | null
  endedAt?: string | null
  durationSeconds?: number | null
  agent?: Id | null
  agentName?: string | null
  agentVersion?: string | null
  phoneNumber?: Id | null
  provider: string
  carrierCallId?: string | null
  recording?: Id | null
  transcript?: TranscriptEntry[] | null
  turns?: TurnLatency[] | null
  toolCalls?: ToolCallEntry[] | null
  usage?: CallUsage | null
  receipt?: ReceiptLine[] | null
  error?: CallError | null
  updatedAt: string
}

export type { CallAnswerer, CallError, CallStatus, CallUsage, EndedReason, ToolCallEntry, TranscriptEntry, TurnLatency }
