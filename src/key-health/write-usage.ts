import type { Payload } from 'payload'
import { KEY_USAGE, PROVIDER_KEYS } from '../collections/slugs.ts'
import { modelOf, query } from './database.ts'
import type { LastUse, UseCount } from './outcome-buffer.ts'

/** Adds counts to the rows of their day, each by one atomic increment, all of them in one statement. */
export async function addCounts({ payload, counts }: { payload: Payload; counts: readonly UseCount[] }): Promise<void> {
  if (counts.length === 0) return
  const now = new Date()
  if (payload.db.name === 'sqlite') {
    await query(payload, ADD_COUNTS, [now.toISOString(), JSON.stringify(counts)])
    return
  }
  const operations = counts.map(({ tenant, provider, credentialId, day, purpose, outcome, count }) => ({
    updateOne: {
      filter: { credentialId, day, purpose, outcome },
      update: { $inc: { count }, $set: { updatedAt: now }, $setOnInsert: { tenant, provider, createdAt: now } },
      upsert: true,
      timestamps: false,
    },
  }))
  await modelOf(payload, KEY_USAGE).bulkWrite(operations, { ordered: false })
}

const ADD_COUNTS = `
  INSERT INTO "key_usage"
    ("tenant", "provider", "credential_id", "day", "purpose", "outcome", "count", "created_at", "updated_at")
  SELECT value ->> 'tenant', value ->> 'provider', value ->> 'credentialId', value ->> 'day', value ->> 'purpose',
    value ->> 'outcome', value ->> 'count', ?1, ?1
  FROM json_each(?2) WHERE true
  ON CONFLICT ("credential_id", "day", "purpose", "outcome")
  DO UPDATE SET "count" = "count" + excluded."count", "updated_at" = excluded."updated_at"`

/** Notes when keys were last used and how that went, all of them in one statement. What is newer already stays. */
export async function noteLastUses({ payload, uses }: { payload: Payload; uses: readonly LastUse[] }): Promise<void> {
  if (uses.length === 0) return
  if (payload.db.name === 'sqlite') {
    const rows = uses.map(({ credentialId, usedAt, succeededAt, failedAt, failureKind }) => ({
      id: credentialId,
      used: toIso(usedAt),
      succeeded: toIso(succeededAt),
      failed: toIso(failedAt),
      kind: failureKind,
    }))
    await query(payload, NOTE_LAST_USES, [JSON.stringify(rows)])
    return
  }
  await modelOf(payload, PROVIDER_KEYS).bulkWrite(uses.flatMap(toMongoOperations), { ordered: false })
}

const toIso = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString()

const NOTE_LAST_USES = `
  UPDATE "provider_keys" SET
    "last_used_at" = max(coalesce("last_used_at", ''), use.used),
    "last_succeeded_at" = CASE WHEN use.succeeded > coalesce("last_succeeded_at", '')
      THEN use.succeeded ELSE "last_succeeded_at" END,
    "last_failure_kind" = CASE WHEN use.failed > coalesce("last_failed_at", '')
      THEN use.kind ELSE "last_failure_kind" END,
    "last_failed_at" = CASE WHEN use.failed > coalesce("last_failed_at", '')
      THEN use.failed ELSE "last_failed_at" END
  FROM (
    SELECT value ->> 'id' AS id, value ->> 'used' AS used, value ->> 'succeeded' AS succeeded,
      value ->> 'failed' AS failed, value ->> 'kind' AS kind
    FROM json_each(?1)
  ) AS use
  WHERE "provider_keys"."credential_id" = use.id`

function toMongoOperations({ credentialId, usedAt, succeededAt, failedAt, failureKind }: LastUse): object[] {
  const moments = { lastUsedAt: new Date(usedAt), ...(succeededAt ? { lastSucceededAt: new Date(succeededAt) } : {}) }
  const seen = { updateOne: { filter: { credentialId }, update: { $max: moments }, timestamps: false } }
  if (failedAt === undefined) return [seen]
  const lastFailedAt = new Date(failedAt)
  const isNewer = { $or: [{ lastFailedAt: { $lt: lastFailedAt } }, { lastFailedAt: null }] }
  const update = { $set: { lastFailedAt, lastFailureKind: failureKind } }
  return [seen, { updateOne: { filter: { credentialId, ...isNewer }, update, timestamps: false } }]
}

/** When a key is tested next. */
export type ProbePlan = {
  credentialId: string
  /** A key that was replaced meanwhile is planned anew. */
  version: number
  /** In ms since the epoch. */
  at: number
  /** Tests in a row without a verdict; what was written stays where it is not said. */
  failures?: number
}

/** Writes down when keys are tested next, all of them in one statement. */
export async function writePlans({ payload, plans }: { payload: Payload; plans: readonly ProbePlan[] }): Promise<void> {
  if (plans.length === 0) return
  if (payload.db.name === 'sqlite') {
    const rows = plans.map(({ credentialId, version, at, failures }) => ({
      id: credentialId,
      version,
      at: toIso(at),
      failures,
    }))
    await query(payload, WRITE_PLANS, [JSON.stringify(rows)])
    return
  }
  const operations = plans.map(({ credentialId, version, at, failures }) => ({
    updateOne: {
      filter: { credentialId, version },
      update: { $set: { nextProbeAt: new Date(at), ...(failures === undefined ? {} : { probeFailures: failures }) } },
      timestamps: false,
    },
  }))
  await modelOf(payload, PROVIDER_KEYS).bulkWrite(operations, { ordered: false })
}

const WRITE_PLANS = `
  UPDATE "provider_keys" SET
    "next_probe_at" = plan.at,
    "probe_failures" = coalesce(plan.failures, "probe_failures")
  FROM (
    SELECT value ->> 'id' AS id, value ->> 'version' AS version, value ->> 'at' AS at,
      value ->> 'failures' AS failures
    FROM json_each(?1)
  ) AS plan
  WHERE "provider_keys"."credential_id" = plan.id AND "provider_keys"."version" = plan.version`
