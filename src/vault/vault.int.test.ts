import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Where } from 'payload'
import request from 'supertest'
import { TENANTS, PROVIDER_KEYS, VAULT_CANARY, VAULT_DATA_KEYS, VAULT_SECRETS } from '../collections/slugs.ts'
import { compositionOf } from '../composition.ts'
import { bootTestServer } from '../testing/boot.ts'
import { bootKeyRig, callApi, signUpWithKeys } from '../testing/key-rig.ts'
import type { KeyRig } from '../testing/key-rig.ts'
import type { TestPerson } from '../testing/people.ts'
import { fingerprintOfKey, openCanary, openVault, resolveForUse } from './index.ts'
import type { KeyPurpose } from './index.ts'

const KEY = 'loc-0123456789abcdefghijklmnopqrstuvwxyz'
type Row = {
  id: number | string
  tenant: string
  provider: string
  version: number
  envelope: string
  wrapped: string
  keyId: string
}

let rig: KeyRig
let ada: TestPerson
let ben: TestPerson
beforeAll(async () => {
  rig = await bootKeyRig()
})
afterAll(() => rig?.close())
beforeEach(async () => {
  rig.provider.behaviour = 'accept'
  ada = await signUpWithKeys(rig, { localllm: KEY, localstt: KEY })
  ben = await signUpWithKeys(rig, { localllm: KEY })
  rig.provider.seenKeys.length = 0
})

const open = (person: TestPerson, provider = 'localllm', purpose: KeyPurpose = 'call') =>
  resolveForUse({ payload: rig.server.payload, tenant: person.tenant.id, provider, purpose })

const rowsOf = async (slug: string, person: TestPerson): Promise<Row[]> => {
  const where = { tenant: { equals: String(person.tenant.id) } }
  return (await rig.server.payload.db.find<Row>({ collection: slug, where, sort: 'id', limit: 0 })).docs
}
const secretOf = async (person: TestPerson, provider = 'localllm') => {
  const row = (await rowsOf(VAULT_SECRETS, person)).find((candidate) => candidate.provider === provider)
  if (!row) throw new Error('No such secret')
  return row
}
const change = (collection: string, id: number | string, data: Record<string, unknown>) =>
  rig.server.payload.db.updateOne({ collection, id, data })
/** Wipes what this process keeps open, as a restart does. */
const restart = () => compositionOf(rig.server.payload).vault.dispose()
const statusOf = async (person: TestPerson, provider = 'localllm') => {
  const { body } = await callApi(rig, { as: person, path: '/user-api-keys' }).expect(200)
  return body.docs.find((doc: { provider: string }) => doc.provider === provider)?.status
}

describe('resolving a key for use', () => {
  it('should give the credentials, their public names, and note the use', async () => {
    const key = await open(ada)
    expect(key).toMatchObject({ credentials: { apiKey: KEY }, version: 1 })
    expect(key.credentialId).toMatch(/^cred_[0-9a-f]{24}$/)
    expect(key.fingerprint).toMatch(/^[0-9a-f]{16}$/)
    const { body } = await callApi(rig, { as: ada, path: '/user-api-keys' })
    expect(body.docs.find((doc: { provider: string }) => doc.provider === 'localllm').lastUsedAt).not.toBeNull()
  })

  it('should keep fingerprints within a workspace: the same for one key, unlinkable between two', async () => {
    const [mine, again, other, theirs] = [
      await open(ada),
      await open(ada),
      await open(ada, 'localstt'),
      await open(ben),
    ]
    expect(again.fingerprint).toBe(mine.fingerprint)
    expect(other.fingerprint).toBe(mine.fingerprint)
    expect(theirs.fingerprint).not.toBe(mine.fingerprint)
    expect((await secretOf(ada)).envelope).not.toBe((await secretOf(ben)).envelope)
  })

  it('should say missing for a provider, a workspace and an id that are not there', async () => {
    for (const tenant of [ada.tenant.id, 999_999, 'no-id', '1 or 1=1', '']) {
      const options = { payload: rig.server.payload, tenant, provider: 'localtts', purpose: 'webhook' } as const
      await expect(resolveForUse(options)).rejects.toMatchObject({ code: 'missing' })
    }
  })

  it('should take a workspace id as text, as a webhook brings it', async () => {
    const options = { payload: rig.server.payload, provider: 'localllm', purpose: 'webhook' } as const
    expect((await resolveForUse({ ...options, tenant: String(ada.tenant.id) })).credentials.apiKey).toBe(KEY)
  })

  it('should not give a refused key for paid work, and give it for a test and for webhooks', async () => {
    rig.provider.behaviour = 'refuse'
    await callApi(rig, { as: ada, method: 'post', path: '/user-api-keys/validate', body: { provider: 'localllm' } })
    await expect(open(ada, 'localllm', 'call')).rejects.toMatchObject({ code: 'rejected' })
    await expect(open(ada, 'localllm', 'chat')).rejects.toMatchObject({ code: 'rejected' })
    expect((await open(ada, 'localllm', 'check')).credentials.apiKey).toBe(KEY)
    expect((await open(ada, 'localllm', 'webhook')).credentials.apiKey).toBe(KEY)
  })

  it("should give each of many concurrent uses only its own workspace's key", async () => {
    const people = await Promise.all(
      [0, 1, 2, 3]
        .map(async (n) => ({ key: `loc-workspace-${n}-0123456789abcdef`, n }))
        .map(async (pending) => {
          const { key } = await pending
          return { key, person: await signUpWithKeys(rig, { localllm: key }) }
        }),
    )
    restart()
    const uses = Array.from({ length: 200 }, (_, at) => people[at % people.length]).flatMap((one) => (one ? [one] : []))
    const opened = await Promise.all(uses.map(({ person }) => open(person, 'localllm', 'webhook')))
    expect(opened.map(({ credentials }) => credentials.apiKey)).toEqual(uses.map(({ key }) => key))
  })
})

describe('a ciphertext out of its place', () => {
  const isLost = async (person: TestPerson, provider = 'localllm') => {
    restart()
    await expect(open(person, provider, 'check')).rejects.toMatchObject({ code: 'undecryptable' })
    expect(await statusOf(person, provider)).toBe('undecryptable')
  }

  it('should not open in another workspace, and no provider is asked', async () => {
    await change(VAULT_SECRETS, (await secretOf(ben)).id, { envelope: (await secretOf(ada)).envelope })
    await isLost(ben)
    const body = { provider: 'localllm' }
    const answer = await callApi(rig, { as: ben, method: 'post', path: '/user-api-keys/validate', body }).expect(409)
    expect(answer.body).toMatchObject({ code: 'undecryptable', error: expect.stringContaining('Enter this key again') })
    expect(rig.provider.seenKeys).toEqual([])
    expect((await open(ada)).credentials.apiKey).toBe(KEY)
  })

  it('should not open in another workspace even with the data key moved too', async () => {
    const [key] = await rowsOf(VAULT_DATA_KEYS, ada)
    const [theirs] = await rowsOf(VAULT_DATA_KEYS, ben)
    if (!key || !theirs) throw new Error('No data keys')
    await change(VAULT_SECRETS, (await secretOf(ben)).id, { envelope: (await secretOf(ada)).envelope })
    await rig.server.payload.db.deleteOne({ collection: VAULT_DATA_KEYS, where: { id: { equals: key.id } } })
    await change(VAULT_DATA_KEYS, theirs.id, { keyId: key.keyId, wrapped: key.wrapped })
    await isLost(ben)
  })

  it('should not open for another provider, or as another version', async () => {
    await change(VAULT_SECRETS, (await secretOf(ada, 'localstt')).id, { envelope: (await secretOf(ada)).envelope })
    await isLost(ada, 'localstt')
    const row = await secretOf(ada)
    await change(VAULT_SECRETS, row.id, { version: 2 })
    const where: Where = { and: [{ tenant: { equals: ada.tenant.id } }, { provider: { equals: 'localllm' } }] }
    await rig.server.payload.db.updateOne({ collection: PROVIDER_KEYS, where, data: { version: 2 } })
    await isLost(ada)
  })

  it('should leave every other key alone, and come back when it is entered again', async () => {
    const row = await secretOf(ada)
    await change(VAULT_SECRETS, row.id, { envelope: `${row.envelope.slice(0, -6)}AAAAAA` })
    await isLost(ada)
    expect((await open(ada, 'localstt')).credentials.apiKey).toBe(KEY)
    expect((await open(ben)).credentials.apiKey).toBe(KEY)
    await callApi(rig, { as: ada, method: 'put', path: '/user-api-keys/localllm', body: { apiKey: `${KEY}!` } }).expect(
      200,
    )
    expect((await open(ada)).credentials.apiKey).toBe(`${KEY}!`)
  })

  it('should be readable again when the row comes back from a backup', async () => {
    const row = await secretOf(ada)
    await change(VAULT_SECRETS, row.id, { envelope: 'pb1.damaged' })
    await isLost(ada)
    await change(VAULT_SECRETS, row.id, { envelope: row.envelope })
    expect((await open(ada)).credentials.apiKey).toBe(KEY)
    expect(await statusOf(ada)).toBe('unverified')
  })
})

describe('a damaged data key', () => {
  it('should lose the keys under it, never be written over, and let keys be entered again', async () => {
    const [row] = await rowsOf(VAULT_DATA_KEYS, ada)
    if (!row) throw new Error('No data key')
    const wrapped = `${row.wrapped.slice(0, -8)}AAAAAAAA`
    await change(VAULT_DATA_KEYS, row.id, { wrapped })
    restart()
    await expect(open(ada)).rejects.toMatchObject({ code: 'undecryptable' })
    await callApi(rig, { as: ada, method: 'put', path: '/user-api-keys/localllm', body: { apiKey: KEY } }).expect(200)
    expect((await open(ada)).credentials.apiKey).toBe(KEY)
    expect((await rowsOf(VAULT_DATA_KEYS, ada)).map((key) => key.wrapped)).toEqual([wrapped, expect.anything()])
    await change(VAULT_DATA_KEYS, row.id, { wrapped: row.wrapped })
    restart()
    expect((await open(ada, 'localstt')).credentials.apiKey).toBe(KEY)
  })

  it('should be refused, not replaced, where its key-encryption key is the one that is absent', async () => {
    const [row] = await rowsOf(VAULT_DATA_KEYS, ada)
    if (!row) throw new Error('No data key')
    await change(VAULT_DATA_KEYS, row.id, {
      wrapped: row.wrapped.replace(/^pbk1\.[0-9a-f]{16}/, 'pbk1.0123456789abcdef'),
    })
    restart()
    await expect(open(ada)).rejects.toMatchObject({ code: 'wrong_encryption_key' })
    expect(await statusOf(ada)).toBe('valid')
    const body = { provider: 'localtts', apiKey: KEY }
    const answer = await callApi(rig, { as: ada, method: 'post', path: '/user-api-keys/store', body }).expect(503)
    expect(answer.body.code).toBe('vault_locked')
    expect(await rowsOf(VAULT_DATA_KEYS, ada)).toHaveLength(1)
    expect((await open(ben)).credentials.apiKey).toBe(KEY)
  })

  it('should be made once when the first keys of a workspace come together', async () => {
    const fresh = await signUpWithKeys(rig, {})
    const answers = await Promise.all(
      ['localllm', 'localstt', 'localtts', 'localphone'].map((provider) =>
        callApi(rig, { as: fresh, method: 'post', path: '/user-api-keys/store', body: { provider, apiKey: KEY } }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    expect(await rowsOf(VAULT_DATA_KEYS, fresh)).toHaveLength(1)
  })
})

describe('deleting a workspace', () => {
  it('should destroy its data key and every ciphertext, and nothing of another', async () => {
    const { payload } = rig.server
    await open(ada)
    await payload.delete({ collection: TENANTS, id: ada.tenant.id, overrideAccess: true })
    for (const slug of [VAULT_SECRETS, VAULT_DATA_KEYS]) expect(await rowsOf(slug, ada)).toEqual([])
    const left = await payload.count({
      collection: PROVIDER_KEYS,
      overrideAccess: true,
      where: { tenant: { exists: false } },
    })
    expect(left.totalDocs).toBe(0)
    await expect(open(ada)).rejects.toMatchObject({ code: 'missing' })
    expect((await open(ben)).credentials.apiKey).toBe(KEY)
  })
})

describe('the key-encryption key', () => {
  const boot = (changes: { encryptionKey: Buffer; encryptionKeysRetired?: Buffer[] }) =>
    bootTestServer({ databaseUri: rig.server.environment.databaseUri, ...changes })
  const canary = async () => (await rig.server.payload.db.find<Row>({ collection: VAULT_CANARY, limit: 0 })).docs

  it('should stop a start with the wrong one, name both fingerprints, and change nothing', async () => {
    const before = [await canary(), await rowsOf(VAULT_DATA_KEYS, ada), await rowsOf(VAULT_SECRETS, ada)]
    const wrong = randomBytes(32)
    const needed = compositionOf(rig.server.payload).vault.keyRing.currentId
    const given = fingerprintOfKey(wrong)
    const error: unknown = await boot({ encryptionKey: wrong }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'StartError', message: expect.stringContaining('ENCRYPTION_KEY does not fit') })
    expect(String(error)).toContain(needed)
    expect(String(error)).toContain(given)
    expect(String(error)).not.toContain(wrong.toString('hex').slice(0, 12))
    expect([await canary(), await rowsOf(VAULT_DATA_KEYS, ada), await rowsOf(VAULT_SECRETS, ada)]).toEqual(before)
  })

  it('should start and read everything when the former one is retired', async () => {
    const { encryptionKey } = rig.server.environment
    const server = await boot({ encryptionKey: randomBytes(32), encryptionKeysRetired: [encryptionKey] })
    try {
      const options = { payload: server.payload, tenant: ada.tenant.id, provider: 'localllm', purpose: 'call' } as const
      expect((await resolveForUse(options)).credentials.apiKey).toBe(KEY)
    } finally {
      await server.close()
    }
  })

  it('should be asked for by the data itself where the canary was lost', async () => {
    const [row] = await canary()
    if (!row) throw new Error('No canary')
    await rig.server.payload.db.deleteMany({ collection: VAULT_CANARY, where: {} })
    await expect(boot({ encryptionKey: randomBytes(32) })).rejects.toThrow('ENCRYPTION_KEY does not fit')
    expect(await canary()).toEqual([])
    await Promise.all([openVault({ payload: rig.server.payload }), openVault({ payload: rig.server.payload })])
    expect(await canary()).toHaveLength(1)
  })

  it('should make the server unready when it no longer opens the vault', async () => {
    const [row] = await canary()
    if (!row) throw new Error('No canary')
    await request(rig.server.url).get('/readyz').expect(200)
    await change(VAULT_CANARY, row.id, { wrapped: `${row.wrapped.slice(0, -8)}AAAAAAAA` })
    const { body } = await request(rig.server.url).get('/readyz').expect(503)
    expect(body.reasons).toEqual(['The encryption key does not open the vault.'])
    await expect(openCanary(rig.server.payload)).rejects.toMatchObject({ code: 'damaged_canary' })
    await change(VAULT_CANARY, row.id, { wrapped: row.wrapped })
    await request(rig.server.url).get('/readyz').expect(200)
  })
})
