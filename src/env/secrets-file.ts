import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { EnvironmentError } from './environment-error.ts'
import { codeOf, readSecretsFile, writeExclusive } from './generated-secrets.ts'
import type { GeneratedSecrets } from './generated-secrets.ts'
import type { EncryptionKeyFile } from './key-file.ts'
import { KEY_BYTES, readKey } from './secret-rules.ts'

/** A change takes milliseconds: a lock that is older was left by a process that was killed. */
const LOCK_STALE_MS = 5_000
const LOCK_WAIT_MS = 20

/** The key-encryption keys of `data/secrets.json`, and what a rotation changes there. */
export const openSecretsFile = ({ path }: Pick<EncryptionKeyFile, 'path'>) => ({
  path,
  /** @throws EnvironmentError where the file cannot be read or is damaged */
  read(): { current: Buffer; others: Buffer[]; staged?: Buffer } {
    const { encryptionKey, encryptionKeysRetired = [], encryptionKeyStaged } = readSecretsFile(path)
    return {
      current: decode(encryptionKey),
      others: encryptionKeysRetired.map(decode),
      ...(encryptionKeyStaged === undefined ? {} : { staged: decode(encryptionKeyStaged) }),
    }
  },
  edit: {
    /** Adds a new key that does not write yet; nothing where there is one. */
    stage: () =>
      change(path, (secrets) =>
        secrets.encryptionKeyStaged === undefined
          ? { ...secrets, encryptionKeyStaged: randomBytes(KEY_BYTES).toString('base64') }
          : secrets,
      ),
    /** Lets the staged key write, where it is the one that is meant; the former one is retired. */
    promote: (isMeant: (key: Buffer) => boolean) =>
      change(path, (secrets) => {
        const { encryptionKeyStaged: staged, encryptionKeysRetired = [], ...rest } = secrets
        if (staged === undefined || !isMeant(decode(staged))) return secrets
        const former = rest.encryptionKey
        return { ...rest, encryptionKey: staged, encryptionKeysRetired: [former, ...encryptionKeysRetired] }
      }),
    /** Takes retired keys out. */
    drop: (isMeant: (key: Buffer) => boolean) =>
      change(path, ({ encryptionKeysRetired = [], ...rest }) => {
        const kept = encryptionKeysRetired.filter((key) => !isMeant(decode(key)))
        return kept.length > 0 ? { ...rest, encryptionKeysRetired: kept } : rest
      }),
  },
})

const decode = (value: string): Buffer => readKey({ label: 'A generated key', value, refusePlaceholders: false })

/** Reads, changes and replaces the file as one step among the processes of this machine. */
function change(path: string, edit: (secrets: GeneratedSecrets) => GeneratedSecrets): void {
  const lock = `${path}.lock`
  takeLock(lock)
  try {
    const before = readSecretsFile(path)
    const after = edit(before)
    if (JSON.stringify(after) !== JSON.stringify(before)) replace(path, `${JSON.stringify(after, null, 2)}\n`)
  } finally {
    rmSync(lock, { force: true })
  }
}

/** Written whole beside its place and moved into it: whoever reads finds the old keys or the new ones, also after a crash. */
function replace(path: string, content: string): void {
  const scratch = `${path}.${process.pid}.${randomBytes(6).toString('hex')}`
  try {
    writeExclusive(scratch, content)
    renameSync(scratch, path)
    syncFolder(dirname(path))
  } catch (error) {
    rmSync(scratch, { force: true })
    throw new EnvironmentError({
      variable: path,
      message: `The secrets file ${path} cannot be changed (${codeOf(error)}).`,
    })
  }
}

/** Where the file system knows no such thing, the rename is all that can be done. */
function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, 'r')
    try {
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    if (!['EPERM', 'EISDIR', 'EINVAL', 'EACCES'].includes(codeOf(error))) throw error
  }
}

/** Held for milliseconds, so that waiting may block. */
function takeLock(lock: string): void {
  for (;;) {
    try {
      writeExclusive(lock, `${process.pid}\n`)
      return
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') {
        throw new EnvironmentError({
          variable: lock,
          message: `The secrets file cannot be changed: ${lock} cannot be made (${codeOf(error)}).`,
        })
      }
    }
    breakStaleLock(lock)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_WAIT_MS)
  }
}

function breakStaleLock(lock: string): void {
  const aside = `${lock}.${process.pid}.${randomBytes(6).toString('hex')}`
  try {
    if (Date.now() - statSync(lock).mtimeMs < LOCK_STALE_MS) return
    // Of several that find it stale, one moves it away.
    renameSync(lock, aside)
    rmSync(aside, { force: true })
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
}
