import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { PROVIDER_KEYS, VAULT_DATA_KEYS, VAULT_SECRETS } from '../collections/slugs.ts'
import { resolveForUse } from '../vault/index.ts'
import { bootAttackRig } from './testing/attack-rig.ts'
import type { AttackRig, Side } from './testing/attack-rig.ts'
import { change, forgetOpenKeys, rowsOf } from './testing/vault-rows.ts'
import type { KeyRows } from './testing/vault-rows.ts'

/** Many requests each, on a machine that may have much else to do. */
jest.setTimeout(180_000)

let rig: AttackRig
let a: Side
let b: Side
let ofA: KeyRows
let ofB: KeyRows
beforeAll(async () => {
  rig = await bootAttackRig({ a: [], b: [] })
})
afterAll(() => rig?.close())
beforeEach(async () => {
  a = await rig.addSide(['hostilellm', 'hostilestt'])
  b = await rig.addSide(['hostilellm'])
  ofA = await rowsOf(rig.server, a, 'hostilellm')
  ofB = await rowsOf(rig.server, b, 'hostilellm')
  rig.hostile.requests.length = 0
})

const write = (collection: string, id: number | string, data: Record<string, unknown>) =>
  change(rig.server, collection, id, data)

/** By every door that opens a key: it does not open, its row says so, the rest of the page works, nothing goes out. */
async function expectLost(side: Side, provider = 'hostilellm'): Promise<void> {
  forgetOpenKeys(rig.server)
  const { tenant } = side
  const as = side.owner.headers
  for (const purpose of ['call', 'chat', 'check', 'webhook'] as const) {
    const resolving = resolveForUse({ payload: rig.server.payload, tenant: tenant.id, provider, purpose })
    await expect(resolving).rejects.toMatchObject({ code: 'undecryptable' })
  }
  const { body } = await rig
    .send({ as, method: 'post', path: '/user-api-keys/validate', body: { provider } })
    .expect(409)
  expect(body.code).toBe('undecryptable')
  const list = await rig.send({ as, path: '/user-api-keys' }).expect(200)
  const doc = list.body.docs.find((candidate: { provider: string }) => candidate.provider === provider)
  expect(doc).toMatchObject({ status: 'undecryptable', isActive: false })
  expect(rig.hostile.requests).toEqual([])
}

describe('check 06: a ciphertext that was moved', () => {
  it('check 06: does not open in another tenant, nor with the data key moved along', async () => {
    await write(VAULT_SECRETS, ofB.secret.id, { envelope: ofA.secret.envelope })
    await expectLost(b)
    await rig.server.payload.db.deleteOne({ collection: VAULT_DATA_KEYS, where: { id: { equals: ofA.dataKey.id } } })
    await write(VAULT_DATA_KEYS, ofB.dataKey.id, { keyId: ofA.dataKey.keyId, wrapped: ofA.dataKey.wrapped })
    await expectLost(b)
  })

  it('check 06: does not open where every row of A is relabelled as B’s', async () => {
    const tenant = String(b.tenant.id)
    const { payload } = rig.server
    await payload.db.deleteMany({ collection: VAULT_SECRETS, where: { tenant: { equals: tenant } } })
    await payload.db.deleteMany({ collection: VAULT_DATA_KEYS, where: { tenant: { equals: tenant } } })
    await write(VAULT_DATA_KEYS, ofA.dataKey.id, { tenant })
    await write(VAULT_SECRETS, ofA.secret.id, { tenant })
    await payload.db.deleteMany({
      collection: PROVIDER_KEYS,
      where: { credentialId: { equals: ofA.record.credentialId } },
    })
    await write(PROVIDER_KEYS, ofB.record.id, { credentialId: ofA.record.credentialId })
    await expectLost(b)
  })

  it('check 06: does not open where B’s row names A’s credential', async () => {
    await rig.server.payload.db.deleteMany({ collection: PROVIDER_KEYS, where: { tenant: { equals: a.tenant.id } } })
    await write(PROVIDER_KEYS, ofB.record.id, { credentialId: ofA.record.credentialId })
    await expectLost(b)
  })

  it('check 06: does not open for another provider of the same tenant', async () => {
    const speech = await rowsOf(rig.server, a, 'hostilestt')
    await write(VAULT_SECRETS, speech.secret.id, { envelope: ofA.secret.envelope })
    await expectLost(a, 'hostilestt')
    // Every row of the key relabelled, so that nothing but the provider differs.
    const { db } = rig.server.payload
    await db.deleteOne({ collection: PROVIDER_KEYS, where: { id: { equals: speech.record.id } } })
    await write(PROVIDER_KEYS, ofA.record.id, { provider: 'hostilestt' })
    await write(VAULT_SECRETS, ofA.secret.id, { provider: 'hostilestt' })
    await expectLost(a, 'hostilestt')
  })

  it('check 06: does not open as another credential of the same tenant and provider', async () => {
    const credentialId = `cred_${'0'.repeat(24)}`
    await write(VAULT_SECRETS, ofA.secret.id, { credential: credentialId })
    await write(PROVIDER_KEYS, ofA.record.id, { credentialId })
    await expectLost(a)
  })

  it('check 06: does not open as another version: what was replaced cannot be put back by hand', async () => {
    const old = ofA.secret.envelope
    const body = { apiKey: `${a.keys.hostilellm}2` }
    await rig.send({ as: a.owner.headers, method: 'put', path: '/user-api-keys/hostilellm', body }).expect(200)
    rig.hostile.requests.length = 0
    const now = await rowsOf(rig.server, a, 'hostilellm')
    expect(now.secret.version).toBe(2)
    await write(VAULT_SECRETS, now.secret.id, { envelope: old })
    await expectLost(a)
    await rig.server.payload.db.deleteOne({ collection: VAULT_SECRETS, where: { id: { equals: ofA.secret.id } } })
    await write(VAULT_SECRETS, now.secret.id, { version: 7 })
    await write(PROVIDER_KEYS, now.record.id, { version: 7 })
    await expectLost(a)
  })

  it('check 06: opens again when it lies where it belongs, and nobody else lost anything', async () => {
    await write(VAULT_SECRETS, ofB.secret.id, { envelope: ofA.secret.envelope })
    await expectLost(b)
    const open = async (side: Side) =>
      (
        await resolveForUse({
          payload: rig.server.payload,
          tenant: side.tenant.id,
          provider: 'hostilellm',
          purpose: 'call',
        })
      ).credentials.apiKey
    expect(await open(a)).toBe(a.keys.hostilellm)
    await write(VAULT_SECRETS, ofB.secret.id, { envelope: ofB.secret.envelope })
    expect(await open(b)).toBe(b.keys.hostilellm)
  })
})

describe('check 07: a changed byte', () => {
  it('check 07: of the stored envelope is refused wherever it is, and never becomes a key', async () => {
    const { envelope } = ofA.secret
    const [version = '', keyId = '', body = ''] = envelope.split('.')
    const sealed = Buffer.from(body, 'base64url')
    for (let at = 0; at < sealed.length; at += 1) {
      const flipped = Buffer.from(sealed)
      flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << (at % 8)), at)
      await write(VAULT_SECRETS, ofA.secret.id, { envelope: `${version}.${keyId}.${flipped.toString('base64url')}` })
      const resolving = resolveForUse({
        payload: rig.server.payload,
        tenant: a.tenant.id,
        provider: 'hostilellm',
        purpose: 'call',
      })
      const outcome = await resolving.then(
        ({ credentials }) => credentials,
        (error: { code: string }) => error.code,
      )
      expect([at, outcome]).toEqual([at, 'undecryptable'])
    }
    await expectLost(a)
  })

  it('check 07: of the wrapped data key, or of its name, is refused', async () => {
    const [version, keyId, body = ''] = ofA.dataKey.wrapped.split('.')
    const sealed = Buffer.from(body, 'base64url')
    for (const at of [0, 5, 11, 12, 30, sealed.length - 17, sealed.length - 16, sealed.length - 1]) {
      const flipped = Buffer.from(sealed)
      flipped.writeUInt8(flipped.readUInt8(at) ^ 1, at)
      await write(VAULT_DATA_KEYS, ofA.dataKey.id, { wrapped: `${version}.${keyId}.${flipped.toString('base64url')}` })
      await expectLostQuickly()
    }
    await write(VAULT_DATA_KEYS, ofA.dataKey.id, { wrapped: ofA.dataKey.wrapped, keyId: '0'.repeat(24) })
    await expectLostQuickly()
    await expectLost(a)
  })

  async function expectLostQuickly(): Promise<void> {
    forgetOpenKeys(rig.server)
    const { payload } = rig.server
    const resolving = resolveForUse({ payload, tenant: a.tenant.id, provider: 'hostilellm', purpose: 'call' })
    await expect(resolving).rejects.toMatchObject({ code: 'undecryptable' })
  }
})

describe('check 08: a shorter, older or other form', () => {
  it('check 08: no cut tag, other algorithm, other version or plain text is taken', async () => {
    const { envelope } = ofA.secret
    const [, keyId = '', body = ''] = envelope.split('.')
    const sealed = Buffer.from(body, 'base64url')
    const withBody = (bytes: Buffer) => `pb1.${keyId}.${bytes.toString('base64url')}`
    const plain = JSON.stringify({ apiKey: 'attack-0123456789abcdef' })
    const forms = [
      ...[1, 2, 3, 4, 8, 12, 15, 16].map((bytes) => withBody(sealed.subarray(0, sealed.length - bytes))),
      withBody(sealed.subarray(0, 28)),
      withBody(sealed.subarray(0, 12)),
      withBody(Buffer.concat([sealed.subarray(0, -16), Buffer.alloc(16)])),
      ...['pb0', 'pb2', 'PB1', 'pbk1', 'none', 'aes-256-ctr', ''].map((version) => envelope.replace('pb1', version)),
      `aes-256-ecb.${envelope}`,
      plain,
      Buffer.from(plain).toString('base64'),
      `pb1.${keyId}.${Buffer.from(plain).toString('base64url')}`,
      `v1:${Buffer.from(plain).toString('hex')}`,
      'gAAAAABh',
      'null',
      '',
      `${envelope} `,
      `${envelope}.${body}`,
    ]
    for (const form of forms) {
      await write(VAULT_SECRETS, ofA.secret.id, { envelope: form })
      const { payload } = rig.server
      const resolving = resolveForUse({ payload, tenant: a.tenant.id, provider: 'hostilellm', purpose: 'check' })
      const outcome = await resolving.then(
        () => 'opened',
        (error: { code: string }) => error.code,
      )
      expect([form.slice(0, 40), outcome]).toEqual([form.slice(0, 40), 'undecryptable'])
    }
    await expectLost(a)
  })
})

describe('check 12: one corrupt row among many', () => {
  const MANY = 1_000

  it('check 12: of a thousand loses itself alone, and says to enter it again', async () => {
    const { payload } = rig.server
    const { credentialId } = ofA.record
    const [record] = (
      await payload.db.find<Record<string, unknown>>({
        collection: PROVIDER_KEYS,
        where: { credentialId: { equals: credentialId } },
      })
    ).docs
    const copy = (at: number, damage: string) =>
      Promise.all([
        payload.db.create({
          collection: PROVIDER_KEYS,
          data: {
            ...record,
            id: undefined,
            tenant: a.tenant.id,
            provider: `many${at}`,
            credentialId: `cred_many${damage}${at}`,
          },
        }),
        payload.db.create({
          collection: VAULT_SECRETS,
          data: { ...ofA.secret, id: undefined, provider: `many${at}`, credential: `cred_many${damage}${at}` },
        }),
      ])
    for (let at = 0; at < MANY; at += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, step) => copy(at + step, 'x')))
    }
    await write(VAULT_SECRETS, ofA.secret.id, { envelope: 'pb1.damaged' })
    const { status, body } = await rig.send({ as: a.owner.headers, path: '/user-api-keys' })
    expect([status, body.docs.length]).toEqual([200, MANY + 2])
    await expectLost(a)
    const { body: after } = await rig.send({ as: a.owner.headers, path: '/user-api-keys' }).expect(200)
    const lost = after.docs.filter((doc: { status: string }) => doc.status === 'undecryptable')
    expect(lost).toMatchObject([{ provider: 'hostilellm', message: expect.stringContaining('Enter this key again') }])
    await rig.send({ as: a.owner.headers, path: '/services' }).expect(200)
    const speech = await resolveForUse({ payload, tenant: a.tenant.id, provider: 'hostilestt', purpose: 'call' })
    expect(speech.credentials.apiKey).toBe(a.keys.hostilestt)
    const again = { apiKey: `${a.keys.hostilellm}3` }
    await rig.send({ as: a.owner.headers, method: 'put', path: '/user-api-keys/hostilellm', body: again }).expect(200)
  })
})
