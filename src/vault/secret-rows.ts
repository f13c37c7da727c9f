import { randomUUID } from 'node:crypto'
import type { Payload, Where } from 'payload'
import { VAULT_SECRETS } from '../collections/slugs.ts'
import { compositionOf } from '../composition.ts'
import { currentDataKeyId, withDataKey } from './data-keys.ts'
import type { CredentialContext } from './envelope.ts'
import { keyIdOfEnvelope, openEnvelope, sealEnvelope } from './envelope.ts'
import { fingerprintOf } from './fingerprint.ts'
import { isUniqueViolation } from './is-unique-violation.ts'
import { VaultError, isVaultError } from './vault-error.ts'

/** How long a former version stays for calls that already run, and for a rollback, in ms. */
export const GRACE_MS = 10 * 60_000

/** Credential fields by their name in the manifest. */
export type Credentials = Record<string, string>

/** A row of the collection of ciphertexts. */
export type SecretRow = CredentialContext & {
  id: number | string
  envelope: string
  destroyAfter?: string | null
  createdAt: string
}
type Opened = { credentials: Credentials; fingerprint: string }
/** A credential without a version. */
type CredentialName = Omit<CredentialContext, 'version'>

const whereCredential = ({ tenant, credential, provider }: CredentialName): Where[] => [
  { tenant: { equals: tenant } },
  { credential: { equals: credential } },
  { provider: { equals: provider } },
]

/** The plaintext in its one canonical form, so that equal credentials have equal fingerprints. */
const toPlaintext = (credentials: Credentials): Buffer =>
  Buffer.from(
    JSON.stringify(Object.fromEntries(Object.entries(credentials).sort(([one], [other]) => (one < other ? -1 : 1)))),
  )

/**
 * Writes the next version of a credential. It is inert, and destroyed after the grace period, until the key's row names
 * its version.
 * @param options.after the version that is in use; 0 for a new credential
 * @returns the version that it got: two writers at once get two
 */
export async function insertSecret(options: {
  payload: Payload
  name: CredentialName
  credentials: Credentials
  after: number
}): Promise<number> {
  const { payload, name, credentials } = options
  const { tenant } = name
  compositionOf(payload).secretsInUse.note(randomUUID(), Object.values(credentials))
  const keyId = await currentDataKeyId({ payload, tenant })
  for (let version = options.after + 1; ; version = (await newestVersion({ payload, name })) + 1) {
    const context = { ...name, version }
    const plaintext = toPlaintext(credentials)
    const envelope = await withDataKey({
      payload,
      tenant,
      keyId,
      use: (key) => sealEnvelope({ plaintext, key, keyId, context }),
    })
    plaintext.fill(0)
    try {
      await payload.db.create({ collection: VAULT_SECRETS, data: { ...context, envelope, destroyAfter: inGrace() } })
      return version
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
    }
  }
}

const nameInLog = ({ credential, version }: CredentialContext): string => `${credential}:${version}`

const inGrace = (): string => new Date(Date.now() + GRACE_MS).toISOString()

/** By the credential alone, as the unique index counts. */
async function newestVersion({ payload, name }: { payload: Payload; name: CredentialName }): Promise<number> {
  const [newest] = await findRows({ payload, where: { credential: { equals: name.credential } }, limit: 1 })
  return newest?.version ?? 0
}

/** Rows of ciphertexts, the newest version first. */
export async function findRows(options: { payload: Payload; where: Where; limit: number }) {
  const { payload, where, limit } = options
  const { docs } = await payload.db.find<SecretRow>({
    collection: VAULT_SECRETS,
    where,
    sort: '-version',
    limit,
    pagination: false,
  })
  return docs
}

type OfContext = { payload: Payload; context: CredentialContext }

/** The ciphertext of one version of a credential. */
export async function findSecret({ payload, context }: OfContext): Promise<SecretRow | undefined> {
  const where = { and: [...whereCredential(context), { version: { equals: context.version } }] }
  const [row] = await findRows({ payload, where, limit: 1 })
  return row
}

/**
 * Opens one version of a credential.
 * @throws VaultError `missing` where there is no such ciphertext, `undecryptable`, `wrong_encryption_key`
 */
export async function openSecret(options: OfContext): Promise<Opened> {
  const row = await findSecret(options)
  return openStored({ ...options, envelope: row?.envelope })
}

/**
 * Opens a ciphertext that was read already.
 * @throws VaultError as `openSecret`
 */
export async function openStored(options: OfContext & { envelope: string | undefined }): Promise<Opened> {
  const { payload, context, envelope } = options
  if (envelope === undefined) throw new VaultError({ code: 'missing', message: 'This key is not stored.' })
  const { tenant } = context
  try {
    const keyId = keyIdOfEnvelope(envelope)
    return await withDataKey({
      payload,
      tenant,
      keyId,
      use(key) {
        const plaintext = openEnvelope({ envelope, key, context })
        const opened = {
          credentials: JSON.parse(plaintext.toString('utf8')) as Credentials,
          fingerprint: fingerprintOf({ dataKey: key, plaintext }),
        }
        plaintext.fill(0)
        compositionOf(payload).secretsInUse.note(nameInLog(context), Object.values(opened.credentials))
        return opened
      },
    })
  } catch (error) {
    if (!isVaultError(error) || error.code === 'wrong_encryption_key') throw error
    throw new VaultError({ code: 'undecryptable', message: 'This key can no longer be opened. Enter it again.' })
  }
}

/** Keeps the version that is in use and lets the others end with their grace. */
export async function settleVersions({
  payload,
  context,
}: {
  payload: Payload
  context: CredentialContext
}): Promise<void> {
  const rows = whereCredential(context)
  await payload.db.updateMany({
    collection: VAULT_SECRETS,
    where: { and: [...rows, { version: { not_equals: context.version } }, { destroyAfter: { exists: false } }] },
    data: { destroyAfter: inGrace() },
  })
  await payload.db.updateOne({
    collection: VAULT_SECRETS,
    where: { and: [...rows, { version: { equals: context.version } }] },
    data: { destroyAfter: null },
  })
}

/** The newest version below the one in use whose grace has not ended, opened. */
export async function openFormerSecret({
  payload,
  context,
}: {
  payload: Payload
  context: CredentialContext
}): Promise<Opened> {
  const [row] = await findRows({
    payload,
    where: {
      and: [
        ...whereCredential(context),
        { version: { less_than: context.version } },
        { destroyAfter: { greater_than: new Date().toISOString() } },
      ],
    },
    limit: 1,
  })
  if (!row) throw new VaultError({ code: 'no_former_version', message: 'There is no former key to go back to.' })
  return openStored({ payload, envelope: row.envelope, context: { ...context, version: row.version } })
}

/** Destroys the ciphertext of one version, or of every version of a credential. */
export async function destroySecrets(options: {
  payload: Payload
  name: CredentialName
  version?: number
}): Promise<void> {
  const { payload, name, version } = options
  await payload.db.deleteMany({
    collection: VAULT_SECRETS,
    where: { and: [...whereCredential(name), ...(version === undefined ? [] : [{ version: { equals: version } }])] },
  })
}

/** Destroys every ciphertext of a tenant. */
export const destroySecretsOfTenant = ({ payload, tenant }: { payload: Payload; tenant: string }): Promise<void> =>
  payload.db.deleteMany({ collection: VAULT_SECRETS, where: { tenant: { equals: tenant } } })
