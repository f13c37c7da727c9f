import type { Payload } from 'payload'
import type { DocumentId } from '../../access/index.ts'
import { ALERTS, AUDIT_LOG, PROVIDER_KEYS, TENANTS } from '../../collections/slugs.ts'
import type { Environment } from '../../env/index.ts'
import { bootTestServer } from '../../testing/boot.ts'
import type { TestServer } from '../../testing/boot.ts'
import { storeCredential } from '../../vault/index.ts'
import type { KeyRecord } from '../../vault/index.ts'
import type { HealthRecord } from '../index.ts'
import { createHealthManifest, startHealthProvider } from './health-provider.ts'
import type { HealthProvider } from './health-provider.ts'

/** Providers without a balance, then one that tells it. */
export const PLAIN = ['alfa', 'bravo', 'charlie'] as const
export const TELLING = 'money'
/** One whose tests are paid for, and one that cannot test a key at all. */
export const PAID = 'toll'
export const UNTESTABLE = 'mute'

export type AlertDoc = {
  kind: string
  severity: string
  message: string
  to?: string | null
  resolvedAt?: string | null
  fixUrl?: string | null
}

export type HealthRig = {
  server: TestServer
  payload: Payload
  provider: HealthProvider
  close(): Promise<void>
}

/** Boots the product with providers that a test controls. */
export async function bootHealthRig(overrides: Partial<Environment> = {}): Promise<HealthRig> {
  const provider = await startHealthProvider()
  const { environment, extensions } = healthSetup(provider.url)
  const server = await bootTestServer({ ...environment, ...overrides }, extensions).catch(async (error) => {
    await provider.close()
    throw error
  })
  return {
    server,
    payload: server.payload,
    provider,
    async close() {
      await server.close()
      await provider.close()
    },
  }
}

/** What a server needs to know these providers. */
export function healthSetup(url: string) {
  const extraProviders = [
    ...PLAIN.map((id) => createHealthManifest({ id })),
    createHealthManifest({ id: TELLING, hasBalance: true }),
    createHealthManifest({ id: PAID, checkCosts: { amount: '$0.004', note: 'one search' } }),
    createHealthManifest({ id: UNTESTABLE, checksFormOnly: true }),
  ]
  return {
    environment: { baseUrls: Object.fromEntries(extraProviders.map(({ id }) => [id, url])) },
    extensions: { extraProviders },
  }
}

let made = 0

/** A workspace without people. */
export async function createTenant(payload: Payload): Promise<DocumentId> {
  made += 1
  const data = { name: `Workspace ${made}`, slug: `workspace-${made}-${Date.now()}` }
  const { id } = await payload.create({ collection: TENANTS, overrideAccess: true, data })
  return id
}

type StoreOptions = {
  payload: Payload
  tenant: DocumentId
  provider: string
  apiKey: string
  /** Columns of the row. */
  fields?: Partial<HealthRecord>
}

/** Stores a key as if it had been tested an hour ago, and changes its row. */
export async function storeKey({ payload, tenant, provider, apiKey, fields = {} }: StoreOptions): Promise<KeyRecord> {
  const checkedAt = new Date(Date.now() - 3_600_000).toISOString()
  const record = await storeCredential({
    payload,
    tenant,
    provider,
    credentials: { apiKey },
    primaryCredential: 'apiKey',
    verdict: { status: 'valid', capabilities: {}, message: 'Good.', metadata: {}, checkedAt, latencyMs: 1 },
  })
  if (Object.keys(fields).length > 0) await changeRow({ payload, record, fields })
  return { ...record, ...fields }
}

/** Changes a key's row behind the product's back. */
export const changeRow = ({
  payload,
  record,
  fields,
}: {
  payload: Payload
  record: Pick<KeyRecord, 'credentialId'>
  fields: Partial<HealthRecord>
}): Promise<unknown> =>
  payload.db.updateOne({
    collection: PROVIDER_KEYS,
    where: { credentialId: { equals: record.credentialId } },
    data: fields,
  })

export async function readRow(payload: Payload, { credentialId }: Pick<KeyRecord, 'credentialId'>) {
  const row = await payload.db.findOne<HealthRecord>({
    collection: PROVIDER_KEYS,
    where: { credentialId: { equals: credentialId } },
  })
  if (!row) throw new Error('The key has no row')
  return row
}

/** Alerts about a key, the oldest first. */
export async function alertsOf(payload: Payload, { credentialId }: Pick<KeyRecord, 'credentialId'>) {
  const { docs } = await payload.db.find<AlertDoc>({
    collection: ALERTS,
    where: { credentialId: { equals: credentialId } },
    sort: 'createdAt',
    limit: 0,
    pagination: false,
  })
  return docs
}

/** Actions in the audit log about a key, the oldest first. */
export async function auditOf(payload: Payload, { credentialId }: Pick<KeyRecord, 'credentialId'>) {
  const { docs } = await payload.db.find<{ action: string; details?: Record<string, unknown> }>({
    collection: AUDIT_LOG,
    where: { credentialId: { equals: credentialId } },
    sort: 'createdAt',
    limit: 0,
    pagination: false,
  })
  return docs
}

const HOUR_MS = 3_600_000

export const hoursAgo = (hours: number): string => new Date(Date.now() - hours * HOUR_MS).toISOString()

/** What makes a key due for a test. */
export const DUE: Partial<HealthRecord> = { nextProbeAt: hoursAgo(1) }

/**
 * Stores a key of a workspace of its own.
 * @returns its row, with the whole key where the row has its beginning, as the provider sees it
 */
export async function newKey(
  { payload }: Pick<HealthRig, 'payload'>,
  { fields = DUE, provider = PLAIN[0] }: { fields?: Partial<HealthRecord>; provider?: string } = {},
): Promise<KeyRecord> {
  made += 1
  const apiKey = `${provider}-key-${String(made).padStart(6, '0')}`
  const key = await storeKey({ payload, tenant: await createTenant(payload), provider, apiKey, fields })
  return { ...key, masked: apiKey }
}
