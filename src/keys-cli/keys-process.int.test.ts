import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { TENANTS } from '../collections/slugs.ts'
import { bootTestServer } from '../testing/boot.ts'
import type { TestServer } from '../testing/boot.ts'
import { signUp } from '../testing/people.ts'
import { createTestDatabase, isMongo } from '../testing/test-database.ts'
import type { TestDatabase } from '../testing/test-database.ts'
import { openSeeded, seedVault } from '../testing/vault-rig.ts'
import type { SeededKey } from '../testing/vault-rig.ts'
import { fingerprintOfKey } from '../vault/index.ts'
import { commandContext } from './testing/command-context.ts'
import { runKeysProcess } from './testing/run-keys-process.ts'
import { rotateKeys } from './rotate/rotate-keys.ts'

const IMPORTED = 'sk-proj-importedByProcess0001imported'

let folder: string
let secrets: string[]
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'patchbay-keys-'))
  secrets = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

type Options = { env?: Record<string, string>; input?: string; isWhole?: boolean }

/** Runs the command; whatever it prints holds none of the secrets. */
async function keys(args: string[], { env = {}, input, isWhole }: Options = {}) {
  const run = await runKeysProcess({ args, cwd: folder, env, input, isWhole })
  const said = run.stdout + run.stderr
  const given = Object.entries(env).flatMap(([name, value]) => (/KEY|SECRET/.test(name) ? value.split(',') : []))
  for (const secret of [...secrets, ...given].filter((value) => value.length > 8))
    expect(said.includes(secret)).toBe(false)
  expect(said).not.toMatch(/^\s+at .*:\d+:\d+/m)
  return run
}

const sentence = (text: string) => text.replace(/\s+/g, ' ').trim()

describe('the command line', () => {
  it('should end with the code of its command', async () => {
    expect(await keys(['--help'], { isWhole: true })).toMatchObject({ code: 0, stderr: '' })
    expect(await keys(['verify', '--everything'], { isWhole: true })).toMatchObject({ code: 2, stdout: '' })
  })

  it('should say that there is no database, and make neither one nor any secret', async () => {
    const { code, stderr } = await keys(['doctor'])
    expect(code).toBe(1)
    expect(sentence(stderr)).toContain(
      `There is no Patchbay database at ${path.join(folder, 'data/patchbay.db')}. Start the product once`,
    )
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('beside a server that uses the same database', () => {
  let server: TestServer
  let seeded: SeededKey[]
  let env: Record<string, string>
  beforeAll(async () => {
    server = await bootTestServer()
    seeded = await seedVault({ payload: server.payload, tenants: 3, providers: ['openai', 'deepgram'] })
    const { databaseUri, encryptionKey, payloadSecret } = server.environment
    env = { DATABASE_URI: databaseUri, ENCRYPTION_KEY: encryptionKey.toString('base64'), PAYLOAD_SECRET: payloadSecret }
  })
  afterAll(() => server?.close())
  beforeEach(() => {
    secrets = [...seeded.map(({ apiKey }) => apiKey), IMPORTED]
  })

  it('should verify, as JSON alone on standard output', async () => {
    const { code, stdout } = await keys(['verify', '--json'], { env, isWhole: true })
    expect(JSON.parse(stdout)).toMatchObject({
      command: 'verify',
      ok: true,
      vault: { dataKeys: { total: 3, opened: 3 }, secrets: { total: 6, opened: 6 }, findings: [] },
      audit: { problems: [] },
    })
    expect(code).toBe(0)
  })

  it('should give the page of the doctor, with the logs of standard input, without colours', async () => {
    const input = `{"msg":"one"}\n{"msg":"${seeded[0]?.apiKey}"}\n`
    const { code, stdout } = await keys(['doctor', '--log', '-'], { env, input })
    expect(code).toBe(1)
    expect(stdout).toContain('stdin:2')
    expect(stdout).toContain('Canary')
    expect(stdout).not.toContain('\u001b')
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  it('should import while the server serves, which then has the key', async () => {
    const person = await signUp(server)
    writeFileSync(path.join(folder, 'legacy.json'), JSON.stringify({ [person.email]: { openai: IMPORTED } }))
    const args = ['import', '--plaintext', 'legacy.json', '--shred', '--json']
    const [run] = await Promise.all([
      keys(args, { env }),
      // The server goes on writing meanwhile.
      ...seeded.map((key) => openSeeded(server.payload, key)),
    ])
    expect(JSON.parse(run.stdout)).toMatchObject({
      command: 'import',
      ok: true,
      counts: { imported: 1 },
      shredded: true,
    })
    expect(readdirSync(folder)).toEqual([])
    await openSeeded(server.payload, { tenant: person.tenant.id, provider: 'openai', apiKey: IMPORTED })
  })

  it('should name the key that the data needs where another one is given', async () => {
    const other = { ...env, ENCRYPTION_KEY: randomBytes(32).toString('base64') }
    const { code, stdout, stderr } = await keys(['verify'], { env: other })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    const needed = fingerprintOfKey(server.environment.encryptionKey)
    expect(sentence(stderr)).toContain(`its data needs the key with the fingerprint ${needed}`)
  })

  it('should say that it lacks a key, and make none', async () => {
    const { code, stderr } = await keys(['verify'], { env: { DATABASE_URI: env.DATABASE_URI ?? '' } })
    expect(code).toBe(1)
    expect(sentence(stderr)).toContain('ENCRYPTION_KEY is not set')
    expect(readdirSync(folder)).toEqual([])
  })

  it('should not rotate past a server that lacks the new key', async () => {
    const rotated = {
      ...env,
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      ENCRYPTION_KEYS_RETIRED: env.ENCRYPTION_KEY ?? '',
    }
    const { code, stderr } = await keys(['rotate'], { env: rotated })
    expect(code).toBe(1)
    expect(sentence(stderr)).toContain('These servers do not have the encryption key')
    for (const key of seeded) await openSeeded(server.payload, key)
  })
})

describe('a rotation of the key-encryption key', () => {
  let database: TestDatabase
  afterEach(() => database?.drop())

  it('should say what it would do, do it, and need the former key no more', async () => {
    database = createTestDatabase({ directory: folder })
    const server = await bootTestServer({ databaseUri: database.uri })
    const seeded = await seedVault({ payload: server.payload, tenants: 2 })
    secrets = seeded.map(({ apiKey }) => apiKey)
    const former = server.environment.encryptionKey
    await server.close()

    const next = randomBytes(32)
    const secret = { DATABASE_URI: database.uri, PAYLOAD_SECRET: randomBytes(32).toString('base64') }
    const both = { ...secret, ENCRYPTION_KEY: next.toString('base64'), ENCRYPTION_KEYS_RETIRED: former.toString('hex') }
    const dry = await keys(['rotate', '--dry-run', '--json'], { env: both })
    expect(JSON.parse(dry.stdout)).toMatchObject({ state: 'dry-run', rewrapped: 3, target: fingerprintOfKey(next) })
    const done = await keys(['rotate'], { env: both })
    expect(done.code).toBe(0)
    expect(sentence(done.stdout)).toContain(`3 of 3 rows were moved to the key ${fingerprintOfKey(next)}`)
    expect(sentence(done.stdout)).toContain(`${fingerprintOfKey(former)} is needed by nothing`)
    expect(done.stderr).toContain('Moving data keys')

    const alone = { ...secret, ENCRYPTION_KEY: next.toString('base64') }
    const verified = await keys(['verify', '--json'], { env: alone })
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, vault: { secrets: { opened: 2 } } })
    const again = await bootTestServer({ databaseUri: database.uri, encryptionKey: next })
    for (const key of seeded) await openSeeded(again.payload, key)
    await again.close()
    // Three processes and two servers, one after the other.
  }, 180_000)

  it('should hear Ctrl-C between two rows, say how to go on, and go on', async () => {
    database = createTestDatabase({ directory: folder })
    const before = await bootTestServer({ databaseUri: database.uri })
    await seedVault({ payload: before.payload, tenants: 60 })
    const former = before.environment.encryptionKey
    await before.close()
    const keysOf = { encryptionKey: randomBytes(32), encryptionKeysRetired: [former] }
    const server = await bootTestServer({ databaseUri: database.uri, ...keysOf })
    const options = { isDryRun: false, force: false, dropRetired: false }
    const abort = new AbortController()
    const progress = {
      end() {},
      // As a signal comes: in a turn of its own.
      update: ({ label }: { label: string }) => void (label.startsWith('Moving') && setTimeout(() => abort.abort(), 0)),
    }
    const stopped = rotateKeys({ ...commandContext(server), ...options, progress, signal: abort.signal })
    await expect(stopped).rejects.toThrow(/Stopped between two rows\. .* go on with the same command\./)
    const { report } = await rotateKeys({ ...commandContext(server), ...options })
    expect(report).toMatchObject({ ok: true, state: 'finished', total: 61 })
    expect(report.rewrapped).toBeLessThan(61)
    expect(report.already).toBeGreaterThan(0)
    await server.close()
  }, 120_000)
})

describe('a database that is older than the product', () => {
  it('should be sent to npm start', async () => {
    const database = createTestDatabase({ directory: folder })
    const server = await bootTestServer({ databaseUri: database.uri })
    const isEmbedded = !isMongo(server.payload)
    if (isEmbedded) {
      const { client } = server.payload.db as unknown as { client: { execute(sql: string): Promise<unknown> } }
      await client.execute('DELETE FROM payload_migrations WHERE id = (SELECT max(id) FROM payload_migrations)')
    } else await server.payload.db.deleteMany({ collection: TENANTS, where: {} })
    const encryptionKey = server.environment.encryptionKey.toString('base64')
    await server.close()
    const env = { DATABASE_URI: database.uri, ENCRYPTION_KEY: encryptionKey }
    const { code, stderr } = await keys(['verify'], { env })
    // MongoDB has no schema: nothing is wrong there.
    expect(code).toBe(isEmbedded ? 1 : 0)
    const advice = 'is older than this version of the product: start it once with npm start'
    if (isEmbedded) expect(sentence(stderr)).toContain(advice)
    // It brought nothing up to date either.
    if (isEmbedded) expect(sentence((await keys(['doctor'], { env })).stderr)).toContain(advice)
    await database.drop()
  })
})
