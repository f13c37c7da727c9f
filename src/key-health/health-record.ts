import type { KeyRecord } from '../vault/index.ts'
import type { BalanceHistory } from './balance.ts'

/** What is known of a key's health beside the last verdict; written by this folder and by jobs alone. Dates as ISO 8601. */
export type HealthFields = {
  /** When the status became what it is. */
  statusSince?: string | null
  lastSucceededAt?: string | null
  lastFailedAt?: string | null
  /** A kind of provider error. */
  lastFailureKind?: string | null
  nextProbeAt?: string | null
  /** Tests in a row without a verdict. */
  probeFailures?: number | null
  balanceSamples?: BalanceHistory | null
}

export type HealthRecord = KeyRecord & HealthFields
