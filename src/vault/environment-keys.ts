import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import { TENANTS } from '../collections/slugs.ts'
import { compositionOf } from '../composition.ts'
import { findKeyRecord, isUsableStatus, listKeyRecords, toTenantId } from './key-record.ts'
import type { KeyRecord } from './key-record.ts'
import { maskSecret } from './mask.ts'

const PREFIX = 'dev-env:'
const NEVER = new Date(0).toISOString()

/** Whether a key is one of the developer's machine and not of the vault. */
export const isEnvironmentKey = ({ credentialId }: Pick<KeyRecord, 'credentialId'>): boolean =>
  credentialId.startsWith(PREFIX)

type OfTenant = { payload: Payload; tenant: DocumentId }

/**
 * The row that a key of the environment would have; undefined in every mode but `KEY_SOURCE=dev-env`, and for a
 * workspace that does not exist. Whether the workspace has a key of its own is not asked.
 */
export async function findEnvironmentKey({
  payload,
  tenant,
  provider,
}: OfTenant & { provider: string }): Promise<KeyRecord | undefined> {
  const { environmentKeys } = compositionOf(payload)
  if (!environmentKeys?.providers().includes(provider) || !(await isTenant({ payload, tenant }))) return undefined
  return toRecord({ payload, tenant, provider })
}

/** Every key that a workspace can use: its own, and with `KEY_SOURCE=dev-env` those that fill in. By provider id. */
export async function listUsableKeys({ payload, tenant }: OfTenant): Promise<KeyRecord[]> {
  const stored = await listKeyRecords({ payload, tenant })
  const { environmentKeys } = compositionOf(payload)
  if (!environmentKeys || !(await isTenant({ payload, tenant }))) return stored
  const missing = environmentKeys.providers().filter((id) => !stored.some(({ provider }) => provider === id))
  const filled = missing.flatMap((provider) => toRecord({ payload, tenant, provider }) ?? [])
  return [...stored, ...filled].sort((one, other) => (one.provider < other.provider ? -1 : 1))
}

/** The key that a workspace uses of a provider: its own, else one of the environment. */
export const findUsableKey = async (options: OfTenant & { provider: string }): Promise<KeyRecord | undefined> =>
  (await findKeyRecord(options)) ?? (await findEnvironmentKey(options))

/** Opens a key of the environment. */
export function openEnvironmentKey({ payload, provider }: { payload: Payload; provider: string }) {
  const { environmentKeys, secretsInUse } = compositionOf(payload)
  const credentials = environmentKeys?.credentialsOf(provider)
  if (!environmentKeys || !credentials) return undefined
  secretsInUse.note(PREFIX + provider, Object.values(credentials))
  return { credentials, fingerprint: environmentKeys.fingerprintOf(credentials) }
}

async function isTenant({ payload, tenant }: OfTenant): Promise<boolean> {
  const id = toTenantId(payload, tenant)
  return id !== undefined && (await payload.db.findOne({ collection: TENANTS, where: { id: { equals: id } } })) !== null
}

function toRecord({ payload, tenant, provider }: OfTenant & { provider: string }): KeyRecord | undefined {
  const { environmentKeys } = compositionOf(payload)
  const credentials = environmentKeys?.credentialsOf(provider)
  if (!environmentKeys || !credentials) return undefined
  const verdict = environmentKeys.verdictOf(provider)
  return {
    id: PREFIX + provider,
    tenant,
    provider,
    credentialId: PREFIX + provider,
    version: 0,
    masked: maskSecret(credentials[environmentKeys.primaryOf(provider)] ?? ''),
    status: 'unverified',
    capabilities: {},
    message: 'This key comes from the environment of the server and was not tested yet.',
    metadata: {},
    checkedAt: '',
    latencyMs: 0,
    ...verdict,
    isActive: isUsableStatus(verdict?.status ?? 'unverified'),
    createdAt: NEVER,
    updatedAt: verdict?.checkedAt ?? NEVER,
  }
}
