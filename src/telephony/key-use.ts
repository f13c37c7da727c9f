import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import { reportKeyOutcome } from '../key-health/index.ts'
import type { ProviderErrorKind } from '../provider-kit/index.ts'
import type { ReceiptEntry } from './bind-providers.ts'

/** How the provider answers one key during one call. */
export type KeyUse = {
  provider: string
  /** @param askedAt when the provider was asked, in ms since the epoch */
  worked(askedAt: number): void
  /** The provider, or the wait for it, failed. */
  failed(kind: ProviderErrorKind, askedAt: number): void
  /** As `failed`, for what the call ended of: not said again where a provider's own answer said it. */
  endedBy(kind: ProviderErrorKind): void
}

type KeyUseOptions = { payload: Payload; tenant: DocumentId; receipt: ReceiptEntry; callId: string }

/** Passes on how a key does in a call. A thousand failures of one kind within a call are one. */
export function createKeyUse({ payload, tenant, receipt, callId }: KeyUseOptions): KeyUse {
  const { provider, credentialId, version } = receipt
  const use = { payload, tenant, provider, credentialId, version, purpose: 'call', callId }
  const failures = new Set<ProviderErrorKind>()

  const failed = (kind: ProviderErrorKind, askedAt: number) => {
    if (failures.has(kind)) return
    failures.add(kind)
    reportKeyOutcome({ ...use, outcome: kind, at: askedAt })
  }
  return {
    provider,
    worked: (askedAt) => reportKeyOutcome({ ...use, outcome: 'ok', at: askedAt }),
    failed,
    endedBy: (kind) => failed(kind, Date.now()),
  }
}
