import type { Payload, Where } from 'payload'
import { PROVIDER_KEYS, TENANTS, VAULT_DATA_KEYS, VAULT_SECRETS } from '../collections/slugs.ts'
import { unwrapDataKey } from './data-keys.ts'
import type { DataKeyRow } from './data-keys.ts'
import { keyIdOfEnvelope, openEnvelope } from './envelope.ts'
import { toTenantId } from './key-record.ts'
import type { KeyRecord } from './key-record.ts'
import { readPages } from './read-pages.ts'
import type { Credentials, SecretRow } from './secret-rows.ts'
import { TENANT_SECRET_NAMES } from './tenant-secrets.ts'
import { isVaultError } from './vault-error.ts'
import { parseWrappedKey } from './wrapped-key-text.ts'

/**
 * What a ciphertext is there for.
 * - `in-use`: the row of a key names its version
 * - `former`: another version is in use, and this one is in its grace
 * - `pending`: no row names it yet
 * - `expired`: its grace is over; the next sweep destroys it
 * - `orphan`: no row names it, and nothing would ever destroy it
 */
export type SecretState = 'in-use' | 'former' | 'pending' | 'expired' | 'orphan'

/**
 * Why something does not open.
 * - `changed`: not the bytes, or not the place, that it was sealed with
 * - `no-envelope`: not of the form that is written
 * - `no-data-key`: the data key that it names is gone
 * - `data-key-damaged`: that data key does not open itself
 * - `encryption-key-missing`: a key-encryption key is needed that was not given; nothing is lost
 * - `no-ciphertext`: the row of a key names a version that is not there
 */
export type VaultFault =
  | 'changed'
  | 'no-envelope'
  | 'no-data-key'
  | 'data-key-damaged'
  | 'encryption-key-missing'
  | 'no-ciphertext'

export type InspectedSecret = {
  provider: string
  credential: string
  version: number
  state: SecretState
  fault?: VaultFault
  /** The row of the key, where one names this credential. */
  record?: KeyRecord
}
export type InspectedDataKey = {
  keyId: string
  /** Fingerprint of the key-encryption key that wraps it; undefined where the wrap has not its form. */
  wrappedBy?: string
  fault?: VaultFault
}
export type InspectedTenant = {
  tenant: string
  /** False for what a deleted workspace left behind. */
  exists: boolean
  dataKeys: InspectedDataKey[]
  secrets: InspectedSecret[]
}

type OnOpened = (secret: { tenant: string; provider: string; credential: string }, credentials: Credentials) => void
type InspectOptions = {
  payload: Payload
  /** Lent each credential while it is open, to be finished with before it returns. */
  onOpened?: OnOpened
}

/** Workspaces that are read at a time. */
const BATCH = 50
/** What is being stored, replaced or deleted at the moment looks like damage: it is read again after this time, in ms. */
const SECOND_LOOK_MS = 300

/**
 * Opens every data key and every ciphertext, workspace by workspace, and changes nothing. Holds the plain text of one
 * credential at a time, and may run beside a server that uses the same database.
 */
export async function* inspectVault({ payload, onOpened }: InspectOptions): AsyncGenerator<InspectedTenant> {
  const ids = await listTenantIds(payload)
  for (let start = 0; start < ids.length; start += BATCH) {
    const batch = await inspectTenants({ payload, tenants: ids.slice(start, start + BATCH), onOpened })
    const doubtful = batch.filter(isDoubtful).map(({ tenant }) => tenant)
    if (doubtful.length > 0) await new Promise((resolve) => setTimeout(resolve, SECOND_LOOK_MS))
    const again = doubtful.length > 0 ? await inspectTenants({ payload, tenants: doubtful }) : []
    for (const first of batch) yield again.find(({ tenant }) => tenant === first.tenant) ?? first
  }
}

/** How many workspaces `inspectVault` will yield, for telling how far it is. */
export const countInspectedTenants = async (payload: Payload): Promise<number> => (await listTenantIds(payload)).length

const isDoubtful = ({ dataKeys, secrets }: InspectedTenant): boolean =>
  dataKeys.some(({ fault }) => fault) || secrets.some(({ fault, state }) => fault || state === 'orphan')

/** Every workspace, and those that are gone and left something in the vault. */
async function listTenantIds(payload: Payload): Promise<string[]> {
  const ids = new Set<string>()
  for await (const { id } of readPages<{ id: number | string }>({ payload, collection: TENANTS })) ids.add(String(id))
  for (const collection of [VAULT_DATA_KEYS, VAULT_SECRETS, PROVIDER_KEYS]) {
    const rows = readPages<{ id: number | string; tenant: unknown }>({ payload, collection, select: { tenant: true } })
    for await (const { tenant } of rows) if (tenant !== null && tenant !== undefined) ids.add(String(tenant))
  }
  return [...ids]
}

async function inspectTenants({
  payload,
  tenants,
  onOpened,
}: InspectOptions & { tenants: string[] }): Promise<InspectedTenant[]> {
  const ids = tenants.flatMap((tenant) => toTenantId(payload, tenant) ?? [])
  const find = async <Row>(collection: string, where: Where) =>
    (await payload.db.find<Row & { id: number | string }>({ collection, where, limit: 0, pagination: false })).docs
  // The row of a key comes before its ciphertext goes, and goes after it: read in between, both are there.
  const records = await find<KeyRecord>(PROVIDER_KEYS, { tenant: { in: ids } })
  const secrets = await find<SecretRow>(VAULT_SECRETS, { tenant: { in: tenants } })
  const dataKeys = await find<DataKeyRow>(VAULT_DATA_KEYS, { tenant: { in: tenants } })
  const living = new Set(
    (await find<{ id: number | string }>(TENANTS, { id: { in: ids } })).map(({ id }) => String(id)),
  )
  const inspected: InspectedTenant[] = []
  for (const tenant of tenants) {
    const isOwn = (row: { tenant: unknown }) => String(row.tenant) === tenant
    const own = { records: records.filter(isOwn), secrets: secrets.filter(isOwn), dataKeys: dataKeys.filter(isOwn) }
    inspected.push({
      tenant,
      exists: living.has(tenant),
      ...(await inspectRows({ payload, tenant, onOpened, ...own })),
    })
  }
  return inspected
}

type Rows = { records: KeyRecord[]; secrets: SecretRow[]; dataKeys: DataKeyRow[] }
type OpenedDataKey = InspectedDataKey & { key?: Buffer }

async function inspectRows(options: InspectOptions & Rows & { tenant: string }) {
  const { payload, tenant, onOpened, records } = options
  const dataKeys: OpenedDataKey[] = []
  for (const row of options.dataKeys) dataKeys.push(await openDataKey({ payload, row }))
  const secrets = options.secrets.map((row): InspectedSecret => {
    const { provider, credential, version } = row
    const record = records.find((candidate) => candidate.credentialId === credential && candidate.provider === provider)
    const opened = openRow({ row, dataKeys })
    if (typeof opened !== 'string') {
      onOpened?.({ tenant, provider, credential }, opened)
      for (const name of Object.keys(opened)) delete opened[name]
    }
    const fault = typeof opened === 'string' ? { fault: opened } : {}
    return { provider, credential, version, state: stateOf(row, record), record, ...fault }
  })
  for (const { key } of dataKeys) key?.fill(0)
  const missing = records.filter(
    ({ credentialId, version }) =>
      !secrets.some((secret) => secret.credential === credentialId && secret.version === version),
  )
  return {
    dataKeys: dataKeys.map(({ key: _, ...dataKey }) => dataKey),
    secrets: [...secrets, ...missing.map(withoutCiphertext)],
  }
}

const withoutCiphertext = (record: KeyRecord): InspectedSecret => ({
  provider: record.provider,
  credential: record.credentialId,
  version: record.version,
  state: 'in-use',
  fault: 'no-ciphertext',
  record,
})

/** No row names a tenant's own secrets: of them the one without an end is in use. */
const isTenantSecret = ({ provider }: SecretRow): boolean => TENANT_SECRET_NAMES.some((name) => name === provider)

function stateOf(row: SecretRow, record: KeyRecord | undefined): SecretState {
  const { version, destroyAfter } = row
  if (record?.version === version || (isTenantSecret(row) && !destroyAfter)) return 'in-use'
  if (destroyAfter && Date.parse(destroyAfter) < Date.now()) return 'expired'
  if (isTenantSecret(row)) return 'former'
  if (record && version < record.version) return 'former'
  return destroyAfter ? 'pending' : 'orphan'
}

async function openDataKey({ payload, row }: { payload: Payload; row: DataKeyRow }): Promise<OpenedDataKey> {
  const { keyId } = row
  let wrappedBy: string | undefined
  try {
    wrappedBy = parseWrappedKey(row.wrapped).keyId
    return { keyId, wrappedBy, key: await unwrapDataKey({ payload, row }) }
  } catch (error) {
    if (!isVaultError(error)) throw error
    const fault = error.code === 'wrong_encryption_key' ? 'encryption-key-missing' : 'data-key-damaged'
    return { keyId, wrappedBy, fault }
  }
}

function openRow({ row, dataKeys }: { row: SecretRow; dataKeys: OpenedDataKey[] }): Credentials | VaultFault {
  const { envelope, tenant, credential, provider, version } = row
  try {
    const keyId = keyIdOfEnvelope(envelope)
    const dataKey = dataKeys.find((candidate) => candidate.keyId === keyId)
    if (!dataKey) return 'no-data-key'
    if (!dataKey.key) return dataKey.fault ?? 'data-key-damaged'
    const context = { tenant, credential, provider, version }
    const plaintext = openEnvelope({ envelope, key: dataKey.key, context })
    const credentials = JSON.parse(plaintext.toString('utf8')) as Credentials
    plaintext.fill(0)
    return credentials
  } catch (error) {
    return isVaultError(error) && error.code === 'malformed_envelope' ? 'no-envelope' : 'changed'
  }
}
