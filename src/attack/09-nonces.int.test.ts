import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { resolveForUse } from '../vault/index.ts'
import { openEnvelope, sealEnvelope } from '../vault/envelope.ts'
import { bootAttackRig } from './testing/attack-rig.ts'
import type { AttackRig } from './testing/attack-rig.ts'
import { createCanary } from './testing/canaries.ts'
import { readTables } from './testing/scan-database.ts'

const MANY = 100_000

describe('check 09: a hundred thousand encryptions', () => {
  it('check 09: use no nonce twice, and no two envelopes are alike', () => {
    const key = randomBytes(32)
    const keyId = randomBytes(12).toString('hex')
    const context = { tenant: '1', credential: 'cred_1', provider: 'openai', version: 1 }
    const plaintext = Buffer.from('{"apiKey":"one and the same"}')
    const nonces = new Set<string>()
    let last = ''
    for (let count = 0; count < MANY; count += 1) {
      last = sealEnvelope({ plaintext, key, keyId, context })
      // 16 characters of base64url are the 12 bytes of the nonce.
      nonces.add(last.slice(last.lastIndexOf('.') + 1).slice(0, 16))
    }
    expect(nonces.size).toBe(MANY)
    expect(openEnvelope({ envelope: last, key, context })).toEqual(plaintext)
  })
})

describe('check 09: one key at two tenants', () => {
  let rig: AttackRig
  beforeAll(async () => {
    rig = await bootAttackRig({ a: [], b: [] })
  })
  afterAll(() => rig?.close())

  it('check 09: leaves nothing by which somebody with the database could tell that it is one', async () => {
    const apiKey = createCanary('hostilellm')
    for (const { owner } of [rig.a, rig.b]) {
      const body = { provider: 'hostilellm', apiKey }
      await rig.send({ as: owner.headers, method: 'post', path: '/user-api-keys/store', body }).expect(201)
    }
    const tables = await readTables(rig.server)
    const cellsOf = (id: unknown) =>
      Object.values(tables)
        .flat()
        .filter((row) => [row.tenant, row.tenant_id].some((tenant) => tenant != null && String(tenant) === String(id)))
        .flatMap((row) => Object.values(row))
        .filter((cell): cell is string => typeof cell === 'string' && cell.length >= 12)
    const [ofA, ofB] = [cellsOf(rig.a.tenant.id), new Set(cellsOf(rig.b.tenant.id))]
    expect(ofA.length).toBeGreaterThan(3)
    // Words, times and the zeros before a log's first entry are shared by any two.
    const shared = ofA.filter(
      (cell) => ofB.has(cell) && /^[\w.:-]{12,}$/.test(cell) && !/^\d{4}-\d\d-\d\dT|^[a-z.-]+$|^0+$/.test(cell),
    )
    expect(shared).toEqual([])

    const open = ({ tenant }: AttackRig['a']) =>
      resolveForUse({ payload: rig.server.payload, tenant: tenant.id, provider: 'hostilellm', purpose: 'call' })
    const [one, other] = [await open(rig.a), await open(rig.b)]
    expect(one.credentials).toEqual(other.credentials)
    expect(one.fingerprint).not.toBe(other.fingerprint)
  })
})
