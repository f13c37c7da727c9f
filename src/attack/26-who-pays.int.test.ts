import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { providers as installed } from '../../plugins/index.ts'
import { loadEnvironment } from '../env/index.ts'
import { resolveForUse } from '../vault/index.ts'
import type { ResolvedKey } from '../vault/index.ts'
import { bootAttackRig, SHIPPED_IDS } from './testing/attack-rig.ts'
import type { AttackRig } from './testing/attack-rig.ts'
import { createCanary } from './testing/canaries.ts'
import { seedVault } from '../testing/vault-rig.ts'

const MANY = 10_000
/** More in one process than any machine holds calls; beyond it the test would time the database's queue. */
const AT_ONCE = 1_000
const TENANTS = 8
const PATIENCE_MS = 120_000
/** Under which names a platform might keep a key of its own; some clients look for theirs by themselves. */
const VARIABLES = ['API_KEY', 'KEY', 'TOKEN', 'AUTH_TOKEN', 'ACCOUNT_SID', 'SECRET'] as const

describe('check 26: ten thousand uses, a thousand at once', () => {
  let rig: AttackRig
  beforeAll(async () => {
    rig = await bootAttackRig({ a: [], b: [] })
  })
  afterAll(() => rig?.close())

  it(
    'check 26: of many tenants and providers, mixed, each carry their own tenant’s key and no other',
    async () => {
      const { payload } = rig.server
      const keys = await seedVault({ payload, tenants: TENANTS, providers: SHIPPED_IDS })
      const uses = Array.from({ length: MANY }, (_, at) => keys[(at * 7919) % keys.length]).flatMap((key) =>
        key ? [key] : [],
      )
      const opened: ResolvedKey[] = []
      for (let begin = 0; begin < MANY; begin += AT_ONCE) {
        const wave = uses
          .slice(begin, begin + AT_ONCE)
          .map(({ tenant, provider }, at) =>
            resolveForUse({ payload, tenant, provider, purpose: at % 3 === 0 ? 'chat' : 'webhook' }),
          )
        opened.push(...(await Promise.all(wave)))
      }
      expect(opened).toHaveLength(MANY)
      const wrong = opened.filter(({ credentials }, at) => credentials.apiKey !== uses[at]?.apiKey)
      expect(wrong).toEqual([])
      expect(new Set(opened.map(({ fingerprint }) => fingerprint)).size).toBe(keys.length)
      // Each use has a copy of its own: what one lets go of, another still has.
      for (const key of opened.slice(0, MANY / 2)) key.release()
      expect(
        opened.slice(MANY / 2).every(({ credentials }, at) => credentials.apiKey === uses[MANY / 2 + at]?.apiKey),
      ).toBe(true)
    },
    PATIENCE_MS,
  )
})

describe('check 26: keys of the platform in the environment', () => {
  const names = installed.flatMap(({ id }) => VARIABLES.map((name) => `${id.toUpperCase()}_${name}`))
  const platform = Object.fromEntries(names.map((name) => [name, createCanary('platform')]))
  const before = { ...process.env }
  let rig: AttackRig
  let directory: string
  beforeAll(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'patchbay-attack-'))
    Object.assign(process.env, platform)
    const { keySource, devVariables } = loadEnvironment(
      { ...process.env, PORT: '0', KEY_SOURCE: 'database' },
      { cwd: directory },
    )
    rig = await bootAttackRig({ a: ['hostilellm'], b: [], environment: { keySource, devVariables } })
    for (const [name, key] of Object.entries(platform)) rig.addCanary(name, key)
  })
  afterAll(async () => {
    for (const name of names) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
    await rig?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  it('check 26: pay for nothing and are seen nowhere: not for who has no key, nor for whose key is rejected', async () => {
    const { owner, tenant } = rig.b
    const { payload } = rig.server
    for (const provider of SHIPPED_IDS) {
      for (const purpose of ['call', 'chat', 'check', 'webhook'] as const) {
        const resolving = resolveForUse({ payload, tenant: tenant.id, provider, purpose })
        await expect(resolving).rejects.toMatchObject({ code: 'missing' })
      }
      await rig
        .send({ as: owner.headers, method: 'post', path: '/user-api-keys/validate', body: { provider } })
        .expect(404)
    }
    const { body: services } = await rig.send({ as: owner.headers, path: '/services' }).expect(200)
    expect(services.docs.find(({ id }: { id: string }) => id === 'ai-calling')?.ready ?? false).toBe(false)
    const { body: list } = await rig.send({ as: owner.headers, path: '/user-api-keys' }).expect(200)
    expect(list.docs).toEqual([])

    rig.hostile.behaviour = { kind: 'replay', status: 401, body: {} }
    const as = rig.people['owner of A']
    await rig
      .send({ as, method: 'post', path: '/user-api-keys/validate', body: { provider: 'hostilellm' } })
      .expect(200)
    const rejected = resolveForUse({ payload, tenant: rig.a.tenant.id, provider: 'hostilellm', purpose: 'call' })
    await expect(rejected).rejects.toMatchObject({ code: 'rejected' })

    const requests = rig.hostile.requests.join('\n')
    for (const key of Object.values(platform)) expect(requests).not.toContain(key)
    expect(rig.scanLog()).toEqual([])
  })

  it('check 26: cannot be let in by a deployment, nor by an address that is not this machine', () => {
    for (const more of [
      { DEPLOY_ENV: 'production' },
      { PUBLIC_URL: 'https://voice.example.com' },
      { PUBLIC_URL: 'http://127.0.0.1.example.com' },
    ]) {
      const start = () =>
        loadEnvironment({ ...process.env, PORT: '0', KEY_SOURCE: 'dev-env', ...more }, { cwd: directory })
      expect(start).toThrow(/KEY_SOURCE/)
    }
    for (const source of ['DEV-ENV', 'env', 'dev-env,database', 'true']) {
      expect(() => loadEnvironment({ PORT: '0', KEY_SOURCE: source }, { cwd: directory })).toThrow(/KEY_SOURCE/)
    }
  })
})
