import type { Payload } from 'payload'
import { PROVIDER_KEYS, VAULT_SECRETS } from '../collections/slugs.ts'
import { findRows, settleVersions } from './secret-rows.ts'

/** Rows that one sweep looks at; the next one takes the rest. */
const BATCH = 200

/**
 * Destroys what has outlived its grace: former versions, and versions that never came into use because the process
 * died in between. Whatever the row of a key names as its version is kept.
 */
export async function sweepSecrets({ payload }: { payload: Payload }): Promise<void> {
  const ended = { destroyAfter: { less_than: new Date().toISOString() } }
  const rows = await findRows({ payload, where: ended, limit: BATCH })
  for (const { id, tenant, credential, provider, version } of rows) {
    const inUse = await payload.db.findOne({
      collection: PROVIDER_KEYS,
      where: { and: [{ credentialId: { equals: credential } }, { version: { equals: version } }] },
    })
    if (inUse) await settleVersions({ payload, context: { tenant, credential, provider, version } })
    // Asked for again in the deletion: the row may have come into use a moment ago.
    else await payload.db.deleteMany({ collection: VAULT_SECRETS, where: { and: [{ id: { equals: id } }, ended] } })
  }
}
