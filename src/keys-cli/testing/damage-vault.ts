import type { Payload, Where } from 'payload'
import { AGENTS, AUDIT_LOG, PROVIDER_KEYS, VAULT_DATA_KEYS, VAULT_SECRETS } from '../../collections/slugs.ts'
import type { TestPerson } from '../../testing/people.ts'

type Row = { id: number | string; tenant: unknown; provider: string; envelope: string; credential: string }

/** Ways of damaging what a workspace has in the vault, past the product, as a bad disk or a stranger does. */
export function damageTo({ payload, person }: { payload: Payload; person: TestPerson }) {
  const { id } = person.tenant
  const ofSecret = (provider: string): Where => ({
    and: [{ tenant: { equals: String(id) } }, { provider: { equals: provider } }],
  })
  const secretOf = async (provider: string): Promise<Row> => {
    const row = await payload.db.findOne<Row>({ collection: VAULT_SECRETS, where: ofSecret(provider) })
    if (!row) throw new Error(`No secret of ${provider}`)
    return row
  }

  return {
    async flipByte(provider: string): Promise<void> {
      const row = await secretOf(provider)
      const at = row.envelope.length - 8
      const other = row.envelope[at] === 'A' ? 'B' : 'A'
      const envelope = row.envelope.slice(0, at) + other + row.envelope.slice(at + 1)
      await payload.db.updateOne({ collection: VAULT_SECRETS, id: row.id, data: { envelope } })
    },
    deleteDataKeys: () =>
      payload.db.deleteMany({ collection: VAULT_DATA_KEYS, where: { tenant: { equals: String(id) } } }),
    deleteCiphertext: (provider: string) =>
      payload.db.deleteMany({ collection: VAULT_SECRETS, where: ofSecret(provider) }),
    deleteRow: (provider: string) =>
      payload.db.deleteMany({
        collection: PROVIDER_KEYS,
        where: { and: [{ tenant: { equals: id } }, { provider: { equals: provider } }] },
      }),
    /** Ends the grace of the former version, which nobody has swept away yet. */
    endGrace: (provider: string) =>
      payload.db.updateMany({
        collection: VAULT_SECRETS,
        where: { and: [ofSecret(provider), { destroyAfter: { exists: true } }] },
        data: { destroyAfter: new Date(Date.now() - 1_000).toISOString() },
      }),
    tamperWithAuditLog: () =>
      payload.db.updateMany({
        collection: AUDIT_LOG,
        where: { and: [{ tenant: { equals: id } }, { action: { equals: 'key.stored' } }] },
        data: { actorName: 'Somebody else' },
      }),
    /** What careless people do. */
    writePrompt: (text: string) =>
      payload.create({
        collection: AGENTS,
        overrideAccess: true,
        draft: true,
        data: { name: 'Careless', kind: 'voice', tenant: id, promptMarkdown: text, _status: 'draft' },
      }),
  }
}
