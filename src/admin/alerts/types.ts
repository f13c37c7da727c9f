/** Something that changed about a key, as `/api/alerts` shows it. */
export type AlertDoc = {
  id: number | string
  kind: string
  severity: 'info' | 'warning' | 'critical'
  message: string
  fixUrl?: string | null
  provider?: string | null
  version?: number | null
  raisedAt: string
  resolvedAt?: string | null
  acknowledgedAt?: string | null
  acknowledgedBy?: string | null
}

/** Where alerts go beside the console, from `/api/alert-settings`. */
export type AlertSettingsDoc = {
  emailOwners: boolean
  /** Whether this installation sends mail at all. */
  isEmailConfigured: boolean
  webhookUrl: string | null
  hasWebhookSecret: boolean
  /** Since when the webhook has failed without one success. */
  webhookFailingSince: string | null
  /** When it was switched off for that. */
  webhookDisabledAt: string | null
}

/** How an attempt to send something went. */
export type Delivery = { ok: boolean; status: number | string }

/** What came of sending a test. A channel that is off is left out. */
export type TestResult = { email?: Delivery | null; webhook?: Delivery | null }
