import type { ProviderErrorKind } from '../provider-kit/index.ts'

/** Why a call ended, named for whose doing it was. A closed list: records, metrics and screens rely on it. */
export const ENDED_REASONS = [
  'caller-hangup',
  'agent-hangup',
  'transferred',
  'operator-hangup',
  'silence-timeout',
  'max-duration',
  'key-missing',
  'key-rejected',
  'out-of-credit',
  'provider-failed',
  'carrier-failed',
  'unknown-number',
  'agent-not-published',
  'no-answer',
  'busy',
  'rejected',
  'canceled',
  'voicemail',
  'shutdown',
  'node-lost',
  'internal-error',
] as const

export type EndedReason = (typeof ENDED_REASONS)[number]

/** The reason that a provider's failure gives the call it ends. */
export const toEndedReason = (kind: ProviderErrorKind): EndedReason => {
  if (kind === 'rejected') return 'key-rejected'
  if (kind === 'out-of-credit') return 'out-of-credit'
  return 'provider-failed'
}

/** Whether trying once more can help: a refused key, an empty account or a refused parameter stays refused. */
export const isRetryable = (kind: ProviderErrorKind): boolean =>
  kind !== 'rejected' && kind !== 'out-of-credit' && kind !== 'limited' && kind !== 'invalid-request'
