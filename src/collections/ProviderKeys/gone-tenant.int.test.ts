import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { flushAuditLog } from '../../audit/index.ts'
import { bootKeyRig, callApi, signUpWithKeys } from '../../testing/key-rig.ts'
import type { KeyRig } from '../../testing/key-rig.ts'
import type { TestPerson } from '../../testing/people.ts'
import { resolveForUse } from '../../vault/index.ts'
import { AI_CONFIGS, ALERTS, ALERT_SETTINGS, KEY_USAGE, TENANTS, USAGE } from '../slugs.ts'

const key = (name: string) => `loc-${name}-0123456789abcdefghijklmnop`

let rig: KeyRig
let gone: TestPerson
let other: TestPerson
beforeAll(async () => {
  rig = await bootKeyRig()
  gone = await fill('gone')
  other = await fill('other')
})
afterAll(() => rig?.close())

/** A workspace with something in every collection that keys leave something in. */
async function fill(name: string): Promise<TestPerson> {
  const owner = await signUpWithKeys(rig, { localllm: key(name), localtts: key(`${name}-tts`) })
  const send = (method: 'post' | 'put', path: string, body: object) => callApi(rig, { as: owner, method, path, body })
  await send('put', '/user-api-keys/localllm', { apiKey: key(`${name}-two`) }).expect(200)
  await send('post', '/ai-config', { provider: 'localllm', modelName: 'small', isDefault: true }).expect(200)
  await send('post', '/agents', { name: 'Writer', kind: 'content', _status: 'draft' }).expect(201)
  await resolveForUse({ payload: rig.server.payload, tenant: owner.tenant.id, provider: 'localllm', purpose: 'call' })
  const { db } = rig.server.payload
  const { id } = owner.tenant
  const text = String(id)
  const raisedAt = new Date().toISOString()
  const alert = { kind: 'key-state', severity: 'warning', message: 'Spent', raisedAt, dedupeKey: `test-${text}` }
  await db.create({ collection: ALERTS, data: { tenant: id, ...alert } })
  await db.create({
    collection: USAGE,
    data: { tenant: id, provider: 'localllm', kind: 'llm', quantity: 1, unit: 'token' },
  })
  const used = { provider: 'localllm', credentialId: `cred_${text}`, day: '2026-01-01', purpose: 'call', outcome: 'ok' }
  await db.create({ collection: KEY_USAGE, data: { tenant: text, ...used, count: 1 } })
  const settings = await db.findOne({ collection: ALERT_SETTINGS, where: { tenant: { equals: text } } })
  if (!settings) await db.create({ collection: ALERT_SETTINGS, data: { tenant: text, emailOwners: true } })
  await flushAuditLog(rig.server.payload)
  return owner
}

/** How many rows of each collection belong to a workspace, whichever way they name it. */
async function countRows({ tenant }: TestPerson): Promise<Record<string, number>> {
  const { collections } = rig.server.payload.config
  const counts = await Promise.all(
    collections.map(async ({ slug, flattenedFields }) => {
      const field = flattenedFields.find(({ name }) => name === 'tenant')
      if (!field) return [slug, 0] as const
      const value = field.type === 'text' ? String(tenant.id) : tenant.id
      const { totalDocs } = await rig.server.payload.db.count({
        collection: slug,
        where: { tenant: { equals: value } },
      })
      return [slug, totalDocs] as const
    }),
  )
  return Object.fromEntries(counts.filter(([, count]) => count > 0))
}

describe('a workspace that was deleted', () => {
  it('should have left nothing in any collection, and its neighbour as it was', async () => {
    const before = await countRows(other)
    const filled = Object.keys(before)
    expect(filled).toEqual(
      expect.arrayContaining([
        'agents',
        'provider-keys',
        'usage',
        'alerts',
        'audit-log',
        'audit-heads',
        ALERT_SETTINGS,
        'key-usage',
        AI_CONFIGS,
        'vault-secrets',
        'vault-data-keys',
      ]),
    )
    expect(Object.keys(await countRows(gone))).toEqual(filled)
    await rig.server.payload.delete({ collection: TENANTS, id: gone.tenant.id, overrideAccess: true, depth: 0 })
    // What was on its way must not bring anything back.
    await flushAuditLog(rig.server.payload)
    expect(await countRows(gone)).toEqual({})
    expect(await countRows(other)).toEqual(before)
    const open = (person: TestPerson) =>
      resolveForUse({ payload: rig.server.payload, tenant: person.tenant.id, provider: 'localllm', purpose: 'call' })
    await expect(open(gone)).rejects.toMatchObject({ code: 'missing' })
    expect((await open(other)).credentials.apiKey).toBe(key('other-two'))
  })
})
