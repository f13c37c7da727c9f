import type { Payload } from 'payload'
import { raiseAlert, resolveAlerts } from '../alerts/index.ts'
import { compositionOf } from '../composition.ts'
import { SETUP_URL } from '../services/index.ts'
import type { KeyMetadata, KeyRecord, RecordedVerdict } from '../vault/index.ts'
import { addBalanceSample, daysToEmpty } from './balance.ts'
import type { HealthFields, HealthRecord } from './health-record.ts'
import { nameOfProvider } from './key-messages.ts'

/** Under so many days people are told, once each until money comes in. The nearest comes first. */
const STAGES = [
  { days: 2, severity: 'critical' },
  { days: 7, severity: 'warning' },
] as const

type Balance = { balance: number; unit: string | null }

/** The balance in what a provider told of an account, where its plugin declares one; null where it was not told. */
export function readBalance({
  payload,
  provider,
  metadata,
}: {
  payload: Payload
  provider: string
  metadata: KeyMetadata | null
}): Balance | null {
  const { registry } = compositionOf(payload)
  const declared = registry.has(provider) ? registry.get(provider).balance : undefined
  const value = declared && metadata?.[declared.field]
  const balance = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (!declared || typeof balance !== 'number' || !Number.isFinite(balance)) return null
  const named = declared.unitField === undefined ? undefined : metadata?.[declared.unitField]
  return { balance, unit: typeof named === 'string' ? named : (declared.unit ?? null) }
}

type WatchOptions = { payload: Payload; record: HealthRecord; verdict: RecordedVerdict }

/**
 * Takes the balance out of a verdict.
 * @returns what of it to write beside the key, and a function that tells people afterwards where it runs out; that one
 *   never throws
 */
export function watchBalance({ payload, record, verdict }: WatchOptions): {
  data: Pick<HealthFields, 'balanceSamples'>
  tell(updated: KeyRecord): Promise<void>
} {
  const read = readBalance({ payload, provider: record.provider, metadata: verdict.metadata })
  if (!read) return { data: {}, tell: async () => {} }
  const { history, isTopUp } = addBalanceSample({
    history: record.balanceSamples,
    sample: { at: verdict.checkedAt, balance: read.balance },
    unit: read.unit,
  })
  return {
    data: { balanceSamples: history },
    async tell({ tenant, provider, credentialId, version, fixUrl }) {
      if (isTopUp) await resolveAlerts({ payload, tenant, credentialId, kind: 'key-balance' })
      const days = daysToEmpty(history)
      const stage = days === null ? undefined : STAGES.find((candidate) => days < candidate.days)
      // An empty account is a state of its key, and told as that.
      if (!stage || days === null || read.balance <= 0) return
      const name = nameOfProvider({ payload, provider })
      const left = `${read.balance}${read.unit ? ` ${read.unit}` : ''}`
      await raiseAlert({
        payload,
        tenant,
        kind: 'key-balance',
        severity: stage.severity,
        provider,
        credentialId,
        version,
        message: `Your ${name} account runs out in about ${inDays(days)}: ${left} left at the pace of the last days. Add credit at ${name}.`,
        fixUrl: fixUrl ?? `${SETUP_URL}/${provider}`,
        dedupeKey: `key-balance:${credentialId}:${stage.days}:${history.since}`,
      })
    },
  }
}

const inDays = (days: number): string => {
  if (days < 1) return 'a day or less'
  return days < 1.5 ? 'one day' : `${Math.round(days)} days`
}
