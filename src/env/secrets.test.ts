import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { isEnvironmentError, loadEnvironment, MAKE_SECRET_COMMAND } from './index.ts'
import type { EnvironmentError } from './index.ts'

const SECRET = 'Jx0pG4kq7mZt2sVb9cYw1eRu6oLh3nDf'
const KEY = randomBytes(32)
const DEPLOYED = { DEPLOY_ENV: 'prod', PAYLOAD_SECRET: SECRET, ENCRYPTION_KEY: KEY.toString('base64') }

let cwd = ''
let file = ''
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'patchbay-env-'))
  file = join(cwd, 'data', 'secrets.json')
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

const load = (env: Record<string, string | undefined>) => loadEnvironment(env, { cwd })

const failureOf = (env: Record<string, string | undefined>): EnvironmentError => {
  try {
    load(env)
  } catch (error) {
    if (isEnvironmentError(error)) return error
    throw error
  }
  throw new Error('the environment was accepted')
}

describe('ENCRYPTION_KEY', () => {
  it.each(['base64', 'base64url', 'hex'] as const)('is read as %s', (encoding) => {
    expect(load({ ...DEPLOYED, ENCRYPTION_KEY: KEY.toString(encoding) }).encryptionKey.toString('hex')).toBe(
      KEY.toString('hex'),
    )
  })

  it.each([
    ['too short', randomBytes(31).toString('base64')],
    ['too long', randomBytes(33).toString('base64')],
    ['of another alphabet', `${'é'.repeat(43)}=`],
    ['cut hex', randomBytes(32).toString('hex').slice(1)],
    ['a passphrase', 'correct horse battery staple'],
  ])('is refused anywhere when %s', (_, value) => {
    for (const env of [{ ENCRYPTION_KEY: value }, { ...DEPLOYED, ENCRYPTION_KEY: value }]) {
      const failure = failureOf(env)
      expect(failure.variable).toBe('ENCRYPTION_KEY')
      expect(failure.message).toMatch(/^ENCRYPTION_KEY must be 32 bytes/)
      expect(failure.message).toContain(MAKE_SECRET_COMMAND)
      expect(failure.message).not.toContain(value)
    }
    expect(existsSync(file)).toBe(false)
  })

  it.each([
    ['zeros', Buffer.alloc(32).toString('hex')],
    ['a repeated byte', Buffer.alloc(32, 0x61).toString('base64')],
    ['counting', Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('base64')],
    ['a repeated pattern', 'deadbeef'.repeat(8)],
    ['typed text', Buffer.from('0123456789abcdefghijklmnopqrstuv').toString('base64')],
    ['a placeholder', 'changeme'],
    ['a dressed-up placeholder', '<your-key>'],
  ])('is refused in a deployment when it is %s', (_, value) => {
    const failure = failureOf({ ...DEPLOYED, ENCRYPTION_KEY: value })
    expect(failure.message).toMatch(/^ENCRYPTION_KEY is a placeholder/)
    expect(failure.message).toContain(MAKE_SECRET_COMMAND)
    expect(failure.message).not.toContain(value)
  })

  it('accepts what the recommended command makes', () => {
    for (let round = 0; round < 2000; round++) {
      const value = randomBytes(32).toString('base64')
      expect(() => load({ ...DEPLOYED, ENCRYPTION_KEY: value, PAYLOAD_SECRET: value })).not.toThrow()
    }
  })
})

describe('PAYLOAD_SECRET', () => {
  it.each([
    ['short', 'Jx0pG4kq7mZt2s'],
    ['a placeholder', 'change-me-change-me-change-me-change-me'],
    ['one that documentation shows', 'YOUR_SECRET_HERE_0123456789abcdefgh'],
    ['repeated', 'abcabcabcabcabcabcabcabcabcabcabcabc'],
    ['zeros', Buffer.alloc(32).toString('base64')],
  ])('is refused in a deployment when %s', (_, value) => {
    const failure = failureOf({ ...DEPLOYED, PAYLOAD_SECRET: value })
    expect(failure.variable).toBe('PAYLOAD_SECRET')
    expect(failure.message).toContain(MAKE_SECRET_COMMAND)
    expect(failure.message).not.toContain(value)
  })
})

describe('a deployment', () => {
  it.each(['PAYLOAD_SECRET', 'ENCRYPTION_KEY'])('must bring %s, whatever lies in data/', (variable) => {
    load({})
    const before = readFileSync(file, 'utf8')
    for (const absent of [undefined, '', '  ']) {
      const failure = failureOf({ ...DEPLOYED, [variable]: absent })
      expect(failure.message).toBe(
        `${variable} is required where DEPLOY_ENV is set. Make one with: ${MAKE_SECRET_COMMAND}`,
      )
    }
    expect(readFileSync(file, 'utf8')).toBe(before)
  })

  it.each(['short', 'Password123', 'changeme', 'aaaaaaaaaa'])('refuses the first password %s', (ADMIN_PASSWORD) => {
    const failure = failureOf({ ...DEPLOYED, ADMIN_EMAIL: 'ada@acme.test', ADMIN_PASSWORD })
    expect(failure.variable).toBe('ADMIN_PASSWORD')
    expect(failure.message).not.toContain(ADMIN_PASSWORD)
  })
})

describe('ENCRYPTION_KEYS_RETIRED', () => {
  it('is a list, weak keys included, without the current one', () => {
    const older = randomBytes(32)
    const { encryptionKeysRetired } = load({
      ...DEPLOYED,
      ENCRYPTION_KEYS_RETIRED: ` ${older.toString('hex')}, ${KEY.toString('hex')},${Buffer.alloc(32, 1).toString('base64')},`,
    })
    expect(encryptionKeysRetired.map((key) => key.toString('hex'))).toEqual([
      older.toString('hex'),
      Buffer.alloc(32, 1).toString('hex'),
    ])
  })

  it('says which entry is malformed', () => {
    const list = `${randomBytes(32).toString('hex')},hunter2`
    const failure = failureOf({ ...DEPLOYED, ENCRYPTION_KEYS_RETIRED: list })
    expect(failure.message).toMatch(/^Entry 2 of ENCRYPTION_KEYS_RETIRED must be 32 bytes/)
    expect(failure.message).not.toContain('hunter2')
  })
})

describe('generated secrets', () => {
  it('are made once, for the owner alone, and found again', () => {
    const first = load({})
    const second = load({})
    expect(second.payloadSecret).toBe(first.payloadSecret)
    expect(second.encryptionKey.equals(Uint8Array.from(first.encryptionKey))).toBe(true)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(dirname(file))).toEqual(['secrets.json'])
  })

  it('fill in for the one that is not set', () => {
    const environment = load({ ENCRYPTION_KEY: KEY.toString('hex') })
    expect(environment.encryptionKey.toString('hex')).toBe(KEY.toString('hex'))
    expect(environment.payloadSecret).toBe(JSON.parse(readFileSync(file, 'utf8')).payloadSecret)
    expect(environment.generatedSecretsFile).toBe(file)
  })

  it('stay away where both are set', () => {
    expect(load({ PAYLOAD_SECRET: 'local', ENCRYPTION_KEY: KEY.toString('hex') }).generatedSecretsFile).toBeUndefined()
    expect(existsSync(file)).toBe(false)
  })

  it.each(['', '{', '[]', '{"payloadSecret":"x"}', `{"payloadSecret":"${SECRET}","encryptionKey":"short"}`])(
    'that are damaged (%s) are reported and left as they are',
    (content) => {
      mkdirSync(dirname(file))
      writeFileSync(file, content)
      const failure = failureOf({})
      expect(failure.message).toContain(file)
      expect(failure.message).toContain('PAYLOAD_SECRET')
      expect(failure.message).not.toContain(SECRET)
      expect(readFileSync(file, 'utf8')).toBe(content)
    },
  )

  it('that cannot be kept are not made up', () => {
    writeFileSync(join(cwd, 'data'), 'a file where the folder should be')
    expect(failureOf({}).message).toMatch(/secrets\.json cannot be (read|made) \(E[A-Z]+\)/)
  })

  it('are the same for processes that start at once', async () => {
    const rounds = Array.from({ length: 20 }, (_, round) => join(cwd, String(round)))
    const script = `import { loadEnvironment } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
      process.stdin.once('data', (start) => {
        for (const [round, cwd] of process.argv.slice(1).entries()) {
          while (Date.now() < Number(start) + round * 20);
          const { payloadSecret, encryptionKey } = loadEnvironment({}, { cwd })
          process.stdout.write(payloadSecret + encryptionKey.toString('hex') + ' ')
        }
        process.exit()
      })
      process.stdout.write('ready;')`
    const children = Array.from({ length: 2 }, () => startChild(script, rounds))
    await Promise.all(children.map((child) => child.ready))
    for (const child of children) child.go(String(Date.now() + 50))
    const [one, other] = await Promise.all(children.map((child) => child.output))
    expect(one).toHaveLength(rounds.length * (44 + 64 + 1))
    expect(other).toBe(one)
  })
})

/** A process that waits for the time at which several are to meet. */
function startChild(script: string, args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script, ...args], {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let text = ''
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk) => {
      text += chunk
      if (text.startsWith('ready;')) resolve()
    })
  })
  const output = new Promise<string>((resolve) => child.once('close', () => resolve(text.replace('ready;', ''))))
  return { ready, output, go: (time: string) => child.stdin.end(time) }
}
