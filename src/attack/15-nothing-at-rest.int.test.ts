import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { compositionOf } from '../composition.ts'
import { bootAttackRig, bodyFor } from './testing/attack-rig.ts'
import type { AttackRig, Method } from './testing/attack-rig.ts'
import { createCanary } from './testing/canaries.ts'
import { checkpoint, readDisk, readTables } from './testing/scan-database.ts'

/** Many requests each, on a machine that may have much else to do. */
jest.setTimeout(180_000)

let rig: AttackRig
beforeAll(async () => {
  rig = await bootAttackRig()
  const { encryptionKey, payloadSecret } = rig.server.environment
  rig.addCanary('key-encryption key, hex', encryptionKey.toString('hex'))
  rig.addCanary('key-encryption key', encryptionKey.toString('latin1'))
  rig.addCanary('session secret', payloadSecret)
})
afterAll(() => rig?.close())
beforeEach(() => {
  rig.hostile.behaviour = { kind: 'accept' }
})

/** Sends a new canary, which the scan then looks for. */
const fresh = (name: string, provider: string): string => {
  const key = createCanary(provider)
  rig.addCanary(`${name} ${provider}`, key)
  return key
}

const asA = (method: Method, path: string, body?: unknown) =>
  rig.send({ as: rig.people['owner of A'], method, path, body })

/** Uses everything that the product offers, with a provider that accepts, echoes, refuses and fails. */
async function exerciseEverything(): Promise<void> {
  const { server } = rig
  for (const provider of ['hostilellm', 'openai', 'hostilequery'] as const) {
    rig.hostile.behaviour = { kind: 'echo', status: 200 }
    await asA('put', `/user-api-keys/${provider}`, bodyFor(provider, fresh('replaced', provider)))
    await asA('post', '/user-api-keys/validate', { provider })
    await asA('post', `/user-api-keys/${provider}/rollback`, {})
    await asA('patch', `/user-api-keys/${provider}`, { expiresAt: '2099-01-01T00:00:00.000Z' })
    rig.hostile.behaviour = { kind: 'echo', status: 401 }
    await asA('put', `/user-api-keys/${provider}`, bodyFor(provider, fresh('refused', provider)))
  }
  rig.hostile.behaviour = { kind: 'accept' }
  for (const path of ['impact', 'usage', 'history']) await asA('get', `/user-api-keys/hostilellm/${path}`)
  const { body: agent } = await asA('post', '/agents', {
    name: 'Anna',
    promptMarkdown: 'Be **kind**.',
    _status: 'draft',
  })
  await asA('patch', `/agents/${agent.doc?.id}?draft=true`, { name: 'Anna again', promptMarkdown: 'Be brief.' })
  await asA('post', '/phone-numbers', { number: '+14155550100', provider: 'telnyx', agent: agent.doc?.id })
  await asA('post', '/payload-preferences/anything', { value: { columns: [] } })
  await asA('put', '/alert-settings', { emailOwners: true, webhookUrl: null })
  await asA('get', '/audit-log/export?format=csv')
  await asA('post', '/members', { email: rig.b.owner.email, role: 'editor' })

  const other = await rig.addSide(['hostilellm', 'hostilestt'])
  const asOther = (method: Method, path: string, body?: unknown) =>
    rig.send({ as: other.owner.headers, method, path, body })
  await asOther('post', '/ai-config', { provider: 'openai', apiKey: fresh('default model', 'openai'), isDefault: true })
  await asOther('delete', '/user-api-keys/hostilestt?confirm=true').expect(200)
  // A key where none belongs: in names, in prompts, in defaults that people choose. Those are theirs, so no canary.
  await asOther('post', '/user-api-keys/store', { provider: 'unknown', apiKey: fresh('unknown provider', 'openai') })
  await asOther('post', '/user-api-keys/store', {
    provider: 'hostiletts',
    apiKey: fresh('with extras', 'x'),
    tenant: 1,
  })
  await asOther('post', '/user-api-keys/validate', {
    provider: 'hostiletts',
    apiKey: fresh('only tested', 'hostiletts'),
  })
  rig.careless.how = 'throws-config'
  await asOther('post', '/user-api-keys/store', { provider: 'hostiletts', apiKey: fresh('failed', 'hostiletts') })
  rig.careless.how = undefined
  await server.idle()
}

describe('check 15: all that is kept', () => {
  it('check 15: holds no canary in any table, column, version, job, preference, audit entry or file', async () => {
    await exerciseEverything()
    const tables = await readTables(rig.server)
    const names = Object.keys(tables).map((name) => name.replaceAll('_', '-'))
    // The scan reads what the database has, not what this suite knows of; these prove that it read at all.
    for (const name of [
      'vault-secrets',
      'vault-data-keys',
      'provider-keys',
      'audit-log',
      'users',
      'payload-preferences',
    ]) {
      expect([name, names.some((known) => known.startsWith(name))]).toEqual([name, true])
    }
    const { collections } = rig.server.payload.config
    for (const { slug } of collections)
      expect([slug, names.some((name) => name.startsWith(slug.replace(/y$/, '')))]).toEqual([slug, true])
    expect(names.some((name) => /agents.*v|v.*agents/.test(name))).toBe(true)
    expect(tables[Object.keys(tables).find((name) => /^vault.secrets$/.test(name)) ?? '']?.length).toBeGreaterThan(10)

    for (const [name, rows] of Object.entries(tables))
      expect([name, rig.scan(JSON.stringify(rows))]).toEqual([name, []])
    for (const [name, bytes] of Object.entries(await readDisk(rig.server))) {
      expect(bytes.length).toBeGreaterThan(0)
      expect([name, rig.scan(bytes)]).toEqual([name, []])
    }
    expect(rig.scanLog()).toEqual([])
  })

  it('check 15: would be told by the scan, wherever and however a canary lay there', async () => {
    const key = rig.a.keys.hostilellm ?? ''
    const { payload } = rig.server
    const text = `note ${Buffer.from(`xy${key}`).toString('base64')}`
    const agent = await payload.create({
      collection: 'agents',
      overrideAccess: true,
      data: { tenant: rig.a.tenant.id, name: text.slice(0, 100) },
    })
    expect(
      rig.scan(
        Object.values(await readDisk(rig.server))
          .map((bytes) => bytes.toString('latin1'))
          .join(),
      ),
    ).not.toEqual([])
    await payload.delete({ collection: 'agents', id: agent.id, overrideAccess: true })
    await checkpoint(rig.server)
    expect(rig.scan(JSON.stringify(await readTables(rig.server)))).toEqual([])
  })

  it('check 15: loses the ciphertexts of a deleted key and the data key of a deleted tenant, free pages included', async () => {
    const gone = await rig.addSide(['hostilellm', 'hostilestt'])
    const isTheirs = (row: Record<string, unknown>) => String(row.tenant ?? row.tenant_id) === String(gone.tenant.id)
    const tables = await readTables(rig.server)
    const texts = Object.values(tables)
      .flat()
      .filter(isTheirs)
      .flatMap(({ envelope, wrapped }) => [envelope, wrapped])
      .filter((text): text is string => typeof text === 'string')
    expect(texts).toHaveLength(3)
    const isKept = async (text: string) => {
      const body = text.slice(text.lastIndexOf('.') + 1)
      const disk = Object.values(await readDisk(rig.server))
      return disk.some((bytes) => bytes.includes(body.slice(0, 24)) || bytes.includes(body.slice(-24)))
    }
    for (const text of texts) expect(await isKept(text)).toBe(true)
    await rig.server.payload.delete({ collection: 'tenants', id: gone.tenant.id, overrideAccess: true })
    await checkpoint(rig.server)
    for (const text of texts) expect(await isKept(text)).toBe(false)
    const left = Object.entries(await readTables(rig.server)).filter(([, rows]) => rows.some(isTheirs))
    expect(left.map(([name]) => name)).toEqual([])
    expect(
      compositionOf(rig.server.payload).vault.peekDataKey({
        tenant: String(gone.tenant.id),
        keyId: texts[0]?.split('.')[1] ?? '',
      }),
    ).toBeUndefined()
  })
})
