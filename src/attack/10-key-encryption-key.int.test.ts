import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { VAULT_CANARY } from '../collections/slugs.ts'
import { loadEnvironment } from '../env/index.ts'
import { runServer } from '../testing/run-server.ts'
import { createFleet, openSeeded, readWraps, seedVault } from '../testing/vault-rig.ts'
import type { Fleet, SeededKey } from '../testing/vault-rig.ts'
import { fingerprintOfKey, resolveForUse } from '../vault/index.ts'
import { readTables } from './testing/scan-database.ts'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

let directory: string
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'patchbay-attack-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const good = randomBytes(32).toString('base64')
const deployed = {
  DEPLOY_ENV: 'production',
  PUBLIC_URL: 'https://voice.example.com',
  PAYLOAD_SECRET: randomBytes(32).toString('base64'),
  DATABASE_URI: 'file:./attack.db',
}

/** What a start with that key says; undefined where it would go on. */
function refusalOf(key: string | undefined): string | undefined {
  try {
    loadEnvironment({ ...deployed, ...(key === undefined ? {} : { ENCRYPTION_KEY: key }) }, { cwd: directory })
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

describe('check 10: a key-encryption key that is none', () => {
  it('check 10: a good one is taken', () => expect(refusalOf(good)).toBeUndefined())

  it.each<[string, string | undefined]>([
    ['missing', undefined],
    ['empty', ''],
    ['blank', '   '],
    ['one byte short', randomBytes(31).toString('base64')],
    ['one byte long', randomBytes(33).toString('base64')],
    ['16 bytes, as for AES-128', randomBytes(16).toString('hex')],
    ['half of a hex key', randomBytes(32).toString('hex').slice(0, 63)],
    ['of another alphabet', `${good.slice(0, 20)}!${good.slice(21)}`],
    ['in base32', 'MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43UOV3HO6DZPIYDCMRTGQ2T'],
    ['in two lines', `${good.slice(0, 20)}\n${good.slice(20)}`],
    ['all zeros, base64', Buffer.alloc(32).toString('base64')],
    ['all zeros, hex', '0'.repeat(64)],
    ['all ones', 'f'.repeat(64)],
    ['one byte again and again', Buffer.alloc(32, 0x5a).toString('hex')],
    ['two bytes in turn', 'a1b2'.repeat(16)],
    ['counted', Buffer.from(Array.from({ length: 32 }, (_, at) => at)).toString('hex')],
    ['the digits in turn', '0123456789abcdef'.repeat(4)],
    ['typed', Buffer.from('this is a secret of thirty-two b').toString('base64')],
    ['a placeholder', 'change-me-change-me-change-me-change-me-1234'],
    ['the command that would make one', '$(openssl rand -base64 32)'],
  ])('check 10: %s, stops the start with one sentence that names the variable and not the value', (_name, key) => {
    const sentence = refusalOf(key)
    expect(sentence).toMatch(/^ENCRYPTION_KEY .+ Make one with: node -e /)
    if (key && key.trim().length > 16) expect(sentence).not.toContain(key.trim().slice(0, 16))
  })

  it('check 10: whatever in the documentation looks like one is refused', () => {
    const files = ['README.md', '.env.example', 'docker-compose.yml', 'Dockerfile']
    const docs = readdirSync(path.join(root, 'docs')).filter((name) => name.endsWith('.md'))
    const texts = [...files, ...docs.map((name) => `docs/${name}`)].map((name) =>
      readFileSync(path.join(root, name), 'utf8'),
    )
    const candidates = texts.flatMap(
      (text) => text.match(/\b[0-9a-fA-F]{64}\b|(?<![\w+/=-])[\w+/-]{43}=?(?![\w+/=-])/g) ?? [],
    )
    for (const candidate of candidates) expect([candidate, refusalOf(candidate)]).not.toEqual([candidate, undefined])
  })

  it('check 10: the process ends with code 1, without a database, a secrets file or a stack', async () => {
    const run = runServer({
      file: 'src/testing/serve-without-next.ts',
      cwd: directory,
      env: { ...deployed, ENCRYPTION_KEY: '0'.repeat(64), PORT: '0' },
    })
    const { code } = await run.ended
    expect(code).toBe(1)
    expect(run.stderr + run.stdout).toContain('ENCRYPTION_KEY')
    expect(existsSync(path.join(directory, 'attack.db'))).toBe(false)
    expect(existsSync(path.join(directory, 'data'))).toBe(false)
  })
})

describe('check 11: a key-encryption key that is well formed and not the one', () => {
  const [right, wrong] = [randomBytes(32), randomBytes(32)]
  let fleet: Fleet
  let keys: SeededKey[]
  beforeAll(async () => {
    fleet = createFleet()
    const server = await fleet.boot({ encryptionKey: right, encryptionKeysRetired: [] })
    keys = await seedVault({ payload: server.payload, tenants: 3 })
    await fleet.stop(server)
  })
  afterAll(() => fleet?.close())

  const bootWrong = (retired: Buffer[] = []) =>
    fleet.boot({ encryptionKey: wrong, encryptionKeysRetired: retired }).then(
      () => 'it served',
      (error: Error) => error.message,
    )
  /** All that a wrong start could have damaged, read by a good one. */
  const vaultTables = async () => {
    const server = await fleet.boot({ encryptionKey: right, encryptionKeysRetired: [] })
    const tables = Object.entries(await readTables(server)).filter(
      ([name]) => /vault|provider.keys|audit/.test(name) && !/nodes/.test(name),
    )
    for (const key of keys) await openSeeded(server.payload, key)
    await fleet.stop(server)
    return JSON.stringify(tables)
  }

  it('check 11: does not serve, names both by fingerprint, and overwrites nothing', async () => {
    const before = await vaultTables()
    for (const retired of [[], [randomBytes(32)]]) {
      const sentence = await bootWrong(retired)
      expect(sentence).toContain(fingerprintOfKey(right))
      expect(sentence).toContain(fingerprintOfKey(wrong))
      expect(sentence).not.toContain(wrong.toString('hex').slice(0, 12))
      expect(sentence).not.toContain(right.toString('hex').slice(0, 12))
    }
    expect(await vaultTables()).toBe(before)
  })

  it('check 11: nor where somebody took the canary away, or put the canary of another installation there', async () => {
    const foreign = createFleet()
    const other = await foreign.boot({ encryptionKey: wrong, encryptionKeysRetired: [] })
    const planted = (await readWraps(other.payload)).find(({ collection }) => collection === VAULT_CANARY)?.wrapped
    await foreign.stop(other)
    await foreign.close()

    const server = await fleet.boot({ encryptionKey: right, encryptionKeysRetired: [] })
    const canary = (await readWraps(server.payload)).find(({ collection }) => collection === VAULT_CANARY)
    if (!canary || !planted) throw new Error('No canary')
    const { payload } = server
    await payload.db.deleteMany({ collection: VAULT_CANARY, where: {} })
    expect(await bootWrong()).toContain(fingerprintOfKey(right))
    await payload.db.create({ collection: VAULT_CANARY, data: { name: 'canary', wrapped: planted } })
    // With the other's canary the other's key may start; it opens nothing of this data and destroys nothing of it.
    const blind = await fleet.boot({ encryptionKey: wrong, encryptionKeysRetired: [] }).catch(() => undefined)
    if (blind) {
      for (const { tenant, provider } of keys) {
        const resolving = resolveForUse({ payload: blind.payload, tenant, provider, purpose: 'call' })
        await expect(resolving).rejects.toMatchObject({ code: 'wrong_encryption_key' })
      }
      await fleet.stop(blind)
    }
    await payload.db.deleteMany({ collection: VAULT_CANARY, where: {} })
    await payload.db.create({ collection: VAULT_CANARY, data: { name: 'canary', wrapped: canary.wrapped } })
    await fleet.stop(server)
    await vaultTables()
  })
})
