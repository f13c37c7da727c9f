import type { Payload } from 'payload'
import { raiseAlert, resolveAlerts } from '../alerts/index.ts'
import { appendAuditEvent } from '../audit/index.ts'
import { ALERTS, PROVIDER_KEYS } from '../collections/slugs.ts'
import { SETUP_URL } from '../services/index.ts'
import type { KeyRecord } from '../vault/index.ts'
import { nameOfProvider, toMoment } from './key-messages.ts'

const DAY_MS = 86_400_000

/** With so many days left people are told, once each. The nearest comes first. */
const STAGES = [
  { days: 0, severity: 'critical' },
  { days: 3, severity: 'warning' },
  { days: 14, severity: 'info' },
] as const
type Stage = (typeof STAGES)[number]

const FURTHEST_DAYS = 14
/** Keys looked at in one round; those that end first come first. */
const LIMIT = 1_000

/** When a key ends, by whoever says it first, and how near that is; undefined where it is far or never. */
export function expiryOf(
  { expiresAt, ownerExpiresAt }: Pick<KeyRecord, 'expiresAt' | 'ownerExpiresAt'>,
  now: number,
): { endsAt: string; stage: Stage } | undefined {
  const [endsAt] = [expiresAt, ownerExpiresAt].flatMap((end) => (end ? [new Date(end).toISOString()] : [])).sort()
  if (endsAt === undefined) return undefined
  const daysLeft = (Date.parse(endsAt) - now) / DAY_MS
  const stage = STAGES.find(({ days }) => daysLeft <= days)
  return stage && { endsAt, stage }
}

/**
 * Tells people of keys that end soon or have ended. A date that an owner set warns and blocks nothing.
 * @param options.now in ms since the epoch
 */
export async function watchExpiry({ payload, now }: { payload: Payload; now: number }): Promise<void> {
  const isNear = { less_than_equal: new Date(now + FURTHEST_DAYS * DAY_MS).toISOString() }
  const { docs: records } = await payload.db.find<KeyRecord>({
    collection: PROVIDER_KEYS,
    where: { or: [{ expiresAt: isNear }, { ownerExpiresAt: isNear }] },
    limit: LIMIT,
    pagination: false,
  })
  if (records.length === 0) return
  const told = await findTold({ payload, credentialIds: records.map(({ credentialId }) => credentialId) })
  for (const record of records) {
    const expiry = expiryOf(record, now)
    if (expiry && !told.has(nameOf(record, expiry))) await tell({ payload, record, ...expiry })
  }
}

type Expiry = { endsAt: string; stage: Stage }

const nameOf = ({ tenant, credentialId, version }: KeyRecord, { endsAt, stage }: Expiry): string =>
  `${tenant}:${dedupeKeyOf({ credentialId, version, endsAt, stage })}`

const dedupeKeyOf = (named: { credentialId: string; version: number } & Expiry): string =>
  `key-expiry:${named.credentialId}:${named.version}:${named.endsAt}:${named.stage.days}`

/** What people were told already. */
async function findTold(options: { payload: Payload; credentialIds: string[] }): Promise<ReadonlySet<string>> {
  const { payload, credentialIds } = options
  const { docs } = await payload.db.find<{ dedupeKey: string }>({
    collection: ALERTS,
    where: { and: [{ kind: { equals: 'key-expiry' } }, { credentialId: { in: credentialIds } }] },
    limit: 0,
    pagination: false,
  })
  return new Set(docs.map(({ dedupeKey }) => dedupeKey))
}

async function tell({ payload, record, endsAt, stage }: Expiry & { payload: Payload; record: KeyRecord }) {
  const { tenant, provider, credentialId, version } = record
  const name = nameOfProvider({ payload, provider })
  const isOver = stage.days === 0
  const when = toMoment(endsAt)
  // The nearer word stands for the earlier ones.
  await resolveAlerts({ payload, tenant, credentialId, kind: 'key-expiry' })
  await raiseAlert({
    payload,
    tenant,
    kind: 'key-expiry',
    severity: stage.severity,
    provider,
    credentialId,
    version,
    message: isOver
      ? `Your ${name} API key was to end on ${when}. It is used as long as ${name} takes it. Make a new one there and replace it under API keys.`
      : `Your ${name} API key ends on ${when}. Make a new one at ${name} and replace it under API keys before then.`,
    fixUrl: `${SETUP_URL}/${provider}`,
    dedupeKey: dedupeKeyOf({ credentialId, version, endsAt, stage }),
  })
  if (!isOver) return
  await appendAuditEvent({
    payload,
    tenant,
    actor: 'system',
    action: 'key.expired',
    subject: { collection: PROVIDER_KEYS, id: provider },
    result: 'ok',
    provider,
    credentialId,
    version,
    details: { endsAt },
  })
}
