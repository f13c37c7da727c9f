import type { KeyRecord } from '../vault/index.ts'
import { daysToEmpty } from './balance.ts'
import type { HealthFields } from './health-record.ts'

/** What a key's document says of its health, beside its status. Dates as ISO 8601. */
export function healthOf(record: KeyRecord & HealthFields) {
  return {
    lastSucceededAt: toIso(record.lastSucceededAt),
    lastFailedAt: toIso(record.lastFailedAt),
    lastFailureKind: record.lastFailureKind ?? null,
    nextProbeAt: toIso(record.nextProbeAt),
    daysToEmpty: daysToEmpty(record.balanceSamples),
  }
}

const toIso = (date: string | null | undefined): string | null => (date ? new Date(date).toISOString() : null)
