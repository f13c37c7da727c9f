import type { DocumentId } from '../access/index.ts'

export type AlertSeverity = 'info' | 'warning' | 'critical'

/** What an alert is about: a key's state, its end, its balance; or that the webhook for alerts was switched off. */
export type AlertKind = 'key-state' | 'key-expiry' | 'key-balance' | 'webhook-disabled' | 'test'

export type AlertChannel = 'email' | 'webhook'

/** How one attempt to send an alert went. Holds no address. */
export type DeliveryOutcome = {
  /** ISO 8601. */
  at: string
  ok: boolean
  /** The answer's HTTP or SMTP status, or a word for why there is none. */
  status: number | 'accepted' | 'unreachable' | 'nobody-to-tell' | 'not-set-up'
}

/** An alert as the database holds it. */
export type AlertRecord = {
  id: DocumentId
  tenant: DocumentId
  kind: AlertKind
  severity: AlertSeverity
  message: string
  fixUrl?: string | null
  provider?: string | null
  credentialId?: string | null
  version?: number | null
  from?: string | null
  to?: string | null
  raisedAt: string
  resolvedAt?: string | null
  acknowledgedAt?: string | null
  acknowledgedBy?: string | null
  dedupeKey: string
  /** When the channel is to be tried next; empty where nothing is left to send. */
  emailDueAt?: string | null
  webhookDueAt?: string | null
  emailOutcomes?: DeliveryOutcome[] | null
  webhookOutcomes?: DeliveryOutcome[] | null
}

/** The columns of a channel. */
export const COLUMNS = {
  email: { dueAt: 'emailDueAt', outcomes: 'emailOutcomes' },
  webhook: { dueAt: 'webhookDueAt', outcomes: 'webhookOutcomes' },
} as const
