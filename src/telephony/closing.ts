import type { CallSummary, EndedReason } from '../calls/index.ts'
import { isProviderError } from '../provider-kit/index.ts'
import type { ProviderErrorKind } from '../provider-kit/index.ts'
import type { CallClosing } from '../store/call-records.ts'
import type { ReceiptEntry } from './bind-providers.ts'
import { TRANSFER_TOOL } from './call-tools/transfer-tool.ts'

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

/**
 * The conversation's summary, in which a transfer that came about is one that went well: a carrier may take the caller, and
 * with it end the conversation, before it tells so.
 * @param connectedTo E.164; the number that took the caller over, if one did
 */
export function withTransfer(summary: CallSummary, connectedTo: string | undefined): CallSummary {
  const { toolCalls = [] } = summary
  const at = toolCalls.findLastIndex(({ name, outcome }) => name === TRANSFER_TOOL && outcome === 'dropped')
  if (connectedTo === undefined || at < 0) return summary
  return {
    ...summary,
    toolCalls: toolCalls.map((entry, index) => (index === at ? { ...entry, outcome: 'ok' } : entry)),
  }
}
