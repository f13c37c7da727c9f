import { PROVIDER_KEYS, VAULT_DATA_KEYS, VAULT_SECRETS } from '../../collections/slugs.ts'
import { compositionOf } from '../../composition.ts'
import type { TestServer } from '../../testing/boot.ts'
import type { Side } from './attack-rig.ts'

/** What somebody who can write into the database finds of one key. */
export type KeyRows = {
  /** The row with the ciphertext in use. */
  secret: {
    id: number | string
    tenant: string
    credential: string
    provider: string
    version: number
    envelope: string
  }
  /** The row that people see. */
  record: { id: number | string; credentialId: string; version: number; provider: string }
  /** The tenant's data key. */
  dataKey: { id: number | string; tenant: string; keyId: string; wrapped: string; generation: number }
}

/** The rows of one key of a tenant. */
export async function rowsOf(
  { payload }: TestServer,
  { tenant }: Pick<Side, 'tenant'>,
  provider: string,
): Promise<KeyRows> {
  const one = async <Row>(collection: string, id: unknown, also: object[] = []): Promise<Row> => {
    const and = [{ tenant: { equals: id } }, ...also] as never
    const row = await payload.db.findOne<Row & { id: number | string }>({ collection, where: { and } })
    if (!row) throw new Error(`There is no row of ${provider} in ${collection}`)
    return row
  }
  const record = await one<KeyRows['record']>(PROVIDER_KEYS, tenant.id, [{ provider: { equals: provider } }])
  const named = [{ credential: { equals: record.credentialId } }, { version: { equals: record.version } }]
  return {
    record,
    secret: await one<KeyRows['secret']>(VAULT_SECRETS, String(tenant.id), named),
    dataKey: await one<KeyRows['dataKey']>(VAULT_DATA_KEYS, String(tenant.id)),
  }
}

/** Writes into the database as somebody does who has stolen its password. */
export const change = (
  { payload }: TestServer,
  collection: string,
  id: number | string,
  data: Record<string, unknown>,
) => payload.db.updateOne({ collection, id, data })

/** Forgets every open data key, as a restart does. */
export const forgetOpenKeys = ({ payload }: TestServer): void => compositionOf(payload).vault.dispose()
