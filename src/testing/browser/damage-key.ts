import { randomUUID } from 'node:crypto'
import { getPayload } from 'payload'
import { createConfig } from '../../../payload.config.ts'
import { VAULT_SECRETS } from '../../collections/slugs.ts'
import { createTestEnvironment } from '../create-test-environment.ts'

/** Spoils what is stored of a key, as a bad restore would: it does not open any more. */
export async function damageKey({ databaseUri, provider }: { databaseUri: string; provider: string }): Promise<void> {
  const payload = await getPayload({
    config: createConfig(createTestEnvironment({ databaseUri })),
    key: randomUUID(),
  })
  try {
    const where = { provider: { equals: provider } }
    const secret = await payload.db.findOne<{ id: number; envelope: string }>({ collection: VAULT_SECRETS, where })
    if (!secret) throw new Error(`nothing is stored of a ${provider} key`)
    const { envelope } = secret
    const at = envelope.length - 8
    const changed = envelope[at] === 'A' ? 'B' : 'A'
    const data = { envelope: `${envelope.slice(0, at)}${changed}${envelope.slice(at + 1)}` }
    await payload.db.updateOne({ collection: VAULT_SECRETS, where, data })
  } finally {
    await payload.db.destroy?.()
  }
}
