import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { Payload } from 'payload'
import { flushAuditLog } from '../audit/index.ts'
import { PROVIDER_KEYS, VAULT_NODES } from '../collections/slugs.ts'
import { findFreePort } from '../testing/boot.ts'
import { bootKeyRig, signUpWithKeys } from '../testing/key-rig.ts'
import { runServer } from '../testing/run-server.ts'
import { createTestDatabase } from '../testing/test-database.ts'

const PASSWORD = 'a-password-to-keep'
const API_KEY = 'loc-start-failure-8d1f0b7c2a9e4f6b'
const secret = () => randomBytes(32).toString('base64')

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'patchbay-start-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

/** Starts the server where it cannot start; holds what every failure has in common, and gives its sentence. */
async function startAndFail(env: Record<string, string>): Promise<string> {
  const run = runServer({ file: 'src/server/main.ts', cwd, env: { PORT: '0', LOG_LEVEL: 'info', ...env } })
  expect(await run.ended).toEqual({ code: 1, signal: null })
  const output = run.stdout + run.stderr
  for (const [name, value] of Object.entries(env)) {
    const isSecret = value !== '' && /SECRET|KEY$|PASSWORD/.test(name)
    if (isSecret) expect([name, output.includes(value)]).toEqual([name, false])
  }
  expect(output).not.toContain(PASSWORD)
  const message = run.stderr.trim()
  expect(message).not.toContain('\n')
  expect(message).not.toMatch(/^\s*at /m)
  return message
}

const local = () => ({ PAYLOAD_SECRET: secret(), ENCRYPTION_KEY: secret() })
const deployment = () => ({ ...local(), DEPLOY_ENV: 'production', PUBLIC_URL: 'https://voice.example.com' })
const MAKE_ONE = `Make one with: node -e "console.log(require('crypto').randomBytes(32).toString('base64'))"`

describe('a start with wrong settings', () => {
  it.each(['PAYLOAD_SECRET', 'ENCRYPTION_KEY'])('should demand %s in a deployment and generate none', async (name) => {
    const message = await startAndFail({ ...deployment(), [name]: '' })
    expect(message).toBe(`${name} is required where DEPLOY_ENV is set. ${MAKE_ONE}`)
    expect(readdirSync(cwd)).toEqual([])
  })

  it.each([
    ['PAYLOAD_SECRET', 'change-me-change-me-change-me-change-me', 'is a placeholder, not a secret.'],
    ['ENCRYPTION_KEY', Buffer.alloc(32, 7).toString('base64'), 'is a placeholder, not 32 random bytes.'],
  ])('should refuse a placeholder as %s in a deployment', async (name, value, fault) => {
    expect(await startAndFail({ ...deployment(), [name]: value })).toBe(`${name} ${fault} ${MAKE_ONE}`)
  })

  it('should say what a malformed ENCRYPTION_KEY should be', async () => {
    const message = await startAndFail({ ...local(), ENCRYPTION_KEY: secret().slice(0, 30) })
    expect(message).toBe(
      `ENCRYPTION_KEY must be 32 bytes written as base64 (44 characters) or hex (64 characters). ${MAKE_ONE}`,
    )
  })

  it.each([{ DEPLOY_ENV: 'production' }, { PUBLIC_URL: 'https://voice.example.com' }])(
    'should refuse keys from the environment with %j',
    async (env) => {
      const message = await startAndFail({ ...deployment(), DEPLOY_ENV: '', ...env, KEY_SOURCE: 'dev-env' })
      expect(message).toContain('KEY_SOURCE=dev-env is for one developer on one machine')
    },
  )
})

describe('a start without its database', () => {
  it('should name the host of a MongoDB that is not there, before its driver would give up', async () => {
    const begun = Date.now()
    const uri = `mongodb://patchbay:${PASSWORD}@127.0.0.1:${await findFreePort()}/patchbay`
    const message = await startAndFail({ ...local(), DATABASE_URI: uri })
    expect(message).toMatch(
      /^The database at 127\.0\.0\.1:\d+ does not answer \(\w+\)\. Start it, or correct DATABASE_URI\.$/,
    )
    // The driver itself would wait for 30 s.
    expect(Date.now() - begun).toBeLessThan(29_000)
  })

  it.each([
    `mongodb://patchbay:${PASSWORD}/x?y@127.0.0.1/patchbay`,
    `mongodb://patchbay:${PASSWORD}%zz@127.0.0.1/patchbay`,
  ])('should not repeat a connection string that cannot be read', async (uri) => {
    const message = await startAndFail({ ...local(), DATABASE_URI: uri })
    expect(message).toMatch(/^DATABASE_URI is no connection string that MongoDB understands\./)
  })

  it('should name the folder of an embedded one that cannot be made', async () => {
    writeFileSync(path.join(cwd, 'taken'), '')
    const message = await startAndFail({ ...local(), DATABASE_URI: 'file:taken/patchbay.db' })
    expect(message).toBe(
      `The folder of the database, ${path.join(cwd, 'taken')}, cannot be made or written to (EEXIST). Set DATABASE_URI to a place that can be written to.`,
    )
  })

  it('should leave a file alone that is no database', async () => {
    const file = path.join(cwd, 'letters and notes.db')
    writeFileSync(file, 'Dear Ada,\nplease keep this.\n')
    const message = await startAndFail({ ...local(), DATABASE_URI: 'file:letters%20and%20notes.db' })
    expect(message).toBe(
      `${file} is no SQLite database, and was left as it is. Correct DATABASE_URI, or move the file away.`,
    )
    expect(readFileSync(file, 'utf8')).toBe('Dear Ada,\nplease keep this.\n')
  })

  it('should say so of a folder in its place', async () => {
    const message = await startAndFail({ ...local(), DATABASE_URI: `file:${cwd}` })
    expect(message).toBe(
      `The database ${cwd} cannot be read and written (EISDIR). Set DATABASE_URI to a place that can be written to.`,
    )
  })
})

describe('a start on a port in use', () => {
  it('should name the port, and how to choose another', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    try {
      expect(await startAndFail({ ...local(), PORT: String(port) })).toBe(
        `Port ${port} is in use. Stop the other program, or choose another port: PORT=${port + 1} npm start`,
      )
    } finally {
      await new Promise((resolve) => other.close(resolve))
    }
    expect(existsSync(path.join(cwd, 'data'))).toBe(false)
  })
})

/** Every row but the signs of life that a process leaves while it serves. */
async function readRows(payload: Payload): Promise<Record<string, unknown[]>> {
  const rows: Record<string, unknown[]> = {}
  for (const { slug } of payload.config.collections.filter((collection) => collection.slug !== VAULT_NODES)) {
    rows[slug] = (await payload.db.find({ collection: slug, limit: 0, pagination: false })).docs
  }
  return rows
}

describe('a start with another ENCRYPTION_KEY than the data has', () => {
  it('should name the fingerprints of both, and change nothing', async () => {
    const { uri } = createTestDatabase({ directory: cwd })
    const rig = await bootKeyRig({ databaseUri: uri })
    await signUpWithKeys(rig, { localllm: API_KEY })
    await flushAuditLog(rig.server.payload)
    const before = await readRows(rig.server.payload)
    expect(before[PROVIDER_KEYS]).toHaveLength(1)
    const { encryptionKey } = rig.server.environment
    await rig.close()

    const message = await startAndFail({ ...local(), DATABASE_URI: uri })
    expect(message).toMatch(
      /^ENCRYPTION_KEY does not fit this database: its data needs the key with the fingerprint (\S+), the one given has (?!\1)\S+\. Start with the former key, or name it in ENCRYPTION_KEYS_RETIRED\. Nothing was changed\.$/,
    )
    const again = await bootKeyRig({ databaseUri: uri, encryptionKey })
    expect(await readRows(again.server.payload)).toEqual(before)
    await again.close()
  })
})
