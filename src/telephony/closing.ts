import type { CallSummary, EndedReason } from '../calls/index.ts'
import { isProviderError } from '../provider-kit/index.ts'
import type { ProviderErrorKind } from '../provider-kit/index.ts'
import type { CallClosing } from '../store/call-records.ts'
import type { ReceiptEntry } from './bind-providers.ts'

const REASONS: Partial<Record<ProviderErrorKind, EndedReason>> = {
  rejected: 'key-rejected',
  'out-of-credit': 'out-of-credit',
}

/** What a call ends of whose command the carrier did not take, in the carrier's own name. */
export const endOfRefused = (error: unknown): { reason: EndedReason; detail?: string } => {
  if (!isProviderError(error)) return { reason: 'internal-error', detail: 'A command to the carrier failed.' }
  // The caller was faster; the event that says so is on its way.
  if (error.kind === 'closed') return { reason: 'caller-hangup' }
  return { reason: REASONS[error.kind] ?? 'carrier-failed', detail: error.message }
}

/** The receipt with the ids that each provider gave the requests. */
export const toReceipt = (entries: readonly ReceiptEntry[], summary: CallSummary | undefined): CallClosing['receipt'] =>
  entries.map((entry) => ({
    ...entry,
    requestIds: (summary?.requestIds ?? [])
      .filter(({ capability }) => capability === entry.capability)
      .map(({ requestId }) => requestId),
  }))
