import type { Payload, Where } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import { VAULT_SECRETS } from '../collections/slugs.ts'
import { destroySecrets, findRows, insertSecret, openSecret } from './secret-rows.ts'
import type { SecretRow } from './secret-rows.ts'
import { isVaultError } from './vault-error.ts'

/**
 * Small secrets of a tenant that are no provider's key: nothing in `provider-keys` names them. They lie in the vault
 * under this name as their provider; whoever looks for ciphertexts without an owner has to know them.
 */
export const TENANT_SECRET_NAMES = ['alert-webhook'] as const
export type TenantSecretName = (typeof TENANT_SECRET_NAMES)[number]

type Named = { payload: Payload; tenant: DocumentId; name: TenantSecretName }

/** The field of the credential that holds the text. */
const FIELD = 'secret'
/** More versions than that within their grace are not looked at. */
const MOST = 20

const nameOf = ({ tenant, name }: Pick<Named, 'tenant' | 'name'>) => ({
  tenant: String(tenant),
  credential: `${name}_${String(tenant)}`,
  provider: name,
})

const whereNamed = ({ tenant, name }: Pick<Named, 'tenant' | 'name'>): Where[] => {
  const { credential } = nameOf({ tenant, name })
  return [
    { tenant: { equals: String(tenant) } },
    { credential: { equals: credential } },
    { provider: { equals: name } },
  ]
}

/**
 * Stores a new version of a tenant's own secret; the former stays readable for a while.
 * @param options.value the secret
 * @param options.graceMs how long the former one stays, in ms
 * @returns its version; of two stored at once the one with the higher version is in use
 * @throws VaultError `wrong_encryption_key`
 */
export async function storeTenantSecret({
  payload,
  tenant,
  name,
  value,
  graceMs,
}: Named & { value: string; graceMs: number }): Promise<number> {
  const version = await insertSecret({
    payload,
    name: nameOf({ tenant, name }),
    credentials: { [FIELD]: value },
    after: 0,
  })
  const where = whereNamed({ tenant, name })
  // The new one first: a process that dies in between leaves two in use, never none. `openTenantSecrets` mends that.
  await payload.db.updateOne({
    collection: VAULT_SECRETS,
    where: { and: [...where, { version: { equals: version } }] },
    data: { destroyAfter: null },
  })
  await endFormer({ payload, tenant, name, version, graceMs })
  return version
}

async function endFormer({ payload, tenant, name, version, graceMs }: Named & { version: number; graceMs: number }) {
  await payload.db.updateMany({
    collection: VAULT_SECRETS,
    where: {
      and: [...whereNamed({ tenant, name }), { version: { less_than: version } }, { destroyAfter: { exists: false } }],
    },
    data: { destroyAfter: new Date(Date.now() + graceMs).toISOString() },
  })
}

/**
 * Opens a tenant's own secret: the one in use first, then former ones within their grace. One that no longer opens is
 * left out.
 * @param options.graceMs how long former ones stay, in ms
 * @throws VaultError `wrong_encryption_key`
 */
export async function openTenantSecrets({
  payload,
  tenant,
  name,
  graceMs,
}: Named & { graceMs: number }): Promise<{ version: number; value: string }[]> {
  const rows = await findRows({ payload, where: { and: whereNamed({ tenant, name }) }, limit: MOST })
  const inUse = rows.find(({ destroyAfter }) => !destroyAfter)
  if (!inUse) return []
  const isDoubled = rows.filter(({ destroyAfter }) => !destroyAfter).length > 1
  if (isDoubled) await endFormer({ payload, tenant, name, version: inUse.version, graceMs })
  const readable = rows.filter((row) => row.version <= inUse.version && !hasEnded(row))
  const opened: { version: number; value: string }[] = []
  for (const { version } of readable) {
    const value = await openOne({ payload, tenant, name, version })
    if (value !== undefined) opened.push({ version, value })
  }
  return opened
}

async function openOne({ payload, tenant, name, version }: Named & { version: number }): Promise<string | undefined> {
  try {
    const { credentials } = await openSecret({ payload, context: { ...nameOf({ tenant, name }), version } })
    return credentials[FIELD]
  } catch (error) {
    if (!isVaultError(error) || error.code === 'wrong_encryption_key') throw error
    return undefined
  }
}

const hasEnded = ({ destroyAfter }: SecretRow): boolean =>
  Boolean(destroyAfter) && Date.parse(String(destroyAfter)) <= Date.now()

/** Destroys every version of a tenant's own secret. */
export const destroyTenantSecret = ({ payload, tenant, name }: Named): Promise<void> =>
  destroySecrets({ payload, name: nameOf({ tenant, name }) })
