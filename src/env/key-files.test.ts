import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { isEnvironmentError, loadEnvironment, openKeyFile, openSecretsFile } from './index.ts'

const SECRET = 'Jx0pG4kq7mZt2sVb9cYw1eRu6oLh3nDf'
const KEY = randomBytes(32)

let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'patchbay-keys-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

const load = (env: Record<string, string>) => loadEnvironment(env, { cwd })
const failureOf = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (isEnvironmentError(error)) return error.message
    throw error
  }
  throw new Error('it was accepted')
}

describe('ENCRYPTION_KEY_FILE', () => {
  const keyFile = (content: string) => {
    writeFileSync(join(cwd, 'key'), content)
    return { PAYLOAD_SECRET: SECRET, ENCRYPTION_KEY_FILE: 'key' }
  }

  it('should hold the key that writes, then keys that read, each in any form', () => {
    const [second, third] = [randomBytes(32), Buffer.alloc(32, 1)]
    const env = keyFile(
      `# vault\r\n  ${KEY.toString('hex')}\n\n${second.toString('base64')}\n${third.toString('base64url')}`,
    )
    const { encryptionKey, encryptionKeyFile, generatedSecretsFile } = load({ ...env, DEPLOY_ENV: 'prod' })
    expect(encryptionKey.toString('hex')).toBe(KEY.toString('hex'))
    expect(encryptionKeyFile).toEqual({ path: join(cwd, 'key'), isGenerated: false, refusePlaceholders: true })
    if (!encryptionKeyFile) throw new Error('No file')
    const { current, others } = openKeyFile(encryptionKeyFile).read()
    expect([current, ...others].map((key) => key.toString('hex'))).toEqual(
      [KEY, second, third].map((key) => key.toString('hex')),
    )
    expect(generatedSecretsFile).toBeUndefined()
    expect(existsSync(join(cwd, 'data'))).toBe(false)
  })

  it.each([
    ['empty', '', 'Key 1 of ENCRYPTION_KEY_FILE must be 32 bytes'],
    ['of comments alone', '# nothing\n', 'Key 1 of ENCRYPTION_KEY_FILE must be 32 bytes'],
    ['too short', randomBytes(31).toString('base64'), 'Key 1 of ENCRYPTION_KEY_FILE must be 32 bytes'],
    ['of another alphabet', `${'é'.repeat(43)}=`, 'Key 1 of ENCRYPTION_KEY_FILE must be 32 bytes'],
    ['malformed later', `${KEY.toString('hex')}\nhunter2`, 'Key 2 of ENCRYPTION_KEY_FILE must be 32 bytes'],
  ])('should be refused when %s', (_, content, sentence) => {
    const message = failureOf(() => load(keyFile(content)))
    expect(message).toContain(sentence)
    expect(message).not.toContain('hunter2')
    expect(message).not.toContain('é')
  })

  it.each([
    ['zeros', Buffer.alloc(32).toString('base64')],
    ['a placeholder', 'changeme'],
    ['typed text', Buffer.from('0123456789abcdefghijklmnopqrstuv').toString('base64')],
  ])('should be refused in a deployment when it holds %s', (_, content) => {
    const message = failureOf(() => load({ ...keyFile(content), DEPLOY_ENV: 'prod' }))
    expect(message).toContain('Key 1 of ENCRYPTION_KEY_FILE is a placeholder')
  })

  it('should be refused when it cannot be read, and beside ENCRYPTION_KEY', () => {
    const env = { PAYLOAD_SECRET: SECRET, ENCRYPTION_KEY_FILE: 'absent' }
    expect(failureOf(() => load(env))).toBe(
      `ENCRYPTION_KEY_FILE names ${join(cwd, 'absent')}, which cannot be read (ENOENT).`,
    )
    expect(failureOf(() => load({ ...keyFile(KEY.toString('hex')), ENCRYPTION_KEY: KEY.toString('hex') }))).toBe(
      'ENCRYPTION_KEY and ENCRYPTION_KEY_FILE are both set: unset one of them.',
    )
  })
})

describe('the keys of a local installation', () => {
  const path = () => join(cwd, 'data', 'secrets.json')
  const secrets = () => JSON.parse(readFileSync(path(), 'utf8'))
  const isAny = () => true

  it('should be staged, promoted and dropped, each step once, and everything else kept', () => {
    load({})
    const file = openSecretsFile({ path: path() })
    const before = { ...secrets(), note: 'of the operator' }
    writeFileSync(path(), JSON.stringify(before))
    file.edit.stage()
    const { encryptionKeyStaged } = secrets()
    expect(file.read().staged?.toString('base64')).toBe(encryptionKeyStaged)
    expect(load({}).encryptionKey.toString('base64')).toBe(before.encryptionKey)
    file.edit.stage()
    file.edit.promote(() => false)
    expect(secrets()).toEqual({ ...before, encryptionKeyStaged })
    file.edit.promote(isAny)
    file.edit.promote(isAny)
    const promoted = { ...before, encryptionKey: encryptionKeyStaged, encryptionKeysRetired: [before.encryptionKey] }
    expect(secrets()).toEqual(promoted)
    file.edit.drop(() => false)
    expect(secrets()).toEqual(promoted)
    file.edit.drop(isAny)
    expect(secrets()).toEqual({ ...before, encryptionKey: encryptionKeyStaged })
    expect(statSync(path()).mode & 0o777).toBe(0o600)
    expect(readdirSync(dirname(path()))).toEqual(['secrets.json'])
  })

  it('should not be changed where the file is damaged or gone', () => {
    load({})
    const file = openSecretsFile({ path: path() })
    writeFileSync(path(), '{"payloadSecret":')
    expect(failureOf(() => file.edit.stage())).toContain('is damaged and was left as it is')
    expect(readFileSync(path(), 'utf8')).toBe('{"payloadSecret":')
    rmSync(path())
    expect(failureOf(() => file.edit.stage())).toContain('is gone')
    expect(readdirSync(dirname(path()))).toEqual([])
  })

  it('should pass over the lock of a process that was killed', () => {
    load({})
    const lock = `${path()}.lock`
    writeFileSync(lock, '1\n')
    utimesSync(lock, 1, 1)
    openSecretsFile({ path: path() }).edit.stage()
    expect(secrets().encryptionKeyStaged).toBeDefined()
    expect(readdirSync(dirname(path()))).toEqual(['secrets.json'])
  })

  it('should never be found half written or lost by processes that change and read them at once', async () => {
    load({})
    const first = secrets().encryptionKey
    const script = `import { openSecretsFile } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
      const file = openSecretsFile({ path: process.argv[1] })
      for (let round = 0; round < 40; round++) {
        file.edit.stage()
        const { current, staged, others } = file.read()
        if (staged) file.edit.promote((key) => key.equals(staged))
        if (current.length !== 32 || others.some((key) => key.length !== 32)) throw new Error('half a file')
      }`
    const runs = [0, 1, 2].map(() => runScript(script, path()))
    expect(await Promise.all(runs)).toEqual([0, 0, 0])
    const { encryptionKey, encryptionKeysRetired } = secrets()
    const all = [encryptionKey, ...encryptionKeysRetired]
    // No step lost another's: the first key is the oldest, and none is there twice.
    expect(all.at(-1)).toBe(first)
    expect(new Set(all).size).toBe(all.length)
    expect(all.length).toBeGreaterThan(40)
    expect(readdirSync(dirname(path()))).toEqual(['secrets.json'])
  })
})

/** @returns the exit code */
const runScript = (script: string, argument: string): Promise<number | null> => {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script, argument], {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return new Promise((resolve) => child.once('close', resolve))
}
