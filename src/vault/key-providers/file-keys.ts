import { createHeldKeys, fingerprintOfKey } from './held-keys.ts'
import type { HeldKeys } from './held-keys.ts'
import type { KeyProvider } from './key-provider.ts'

/** A file of keys, whatever its form. */
export type KeyFile = {
  /** Absolute path. */
  path: string
  /** @throws EnvironmentError where it cannot be read or understood */
  read(): HeldKeys & { staged?: Buffer }
  /** Absent for a file that whoever operates the product writes. Each changes the file whole, or not at all. */
  edit?: {
    /** Adds a key that does not write yet; nothing where there is one. */
    stage(): void
    /** Lets the staged key write, where it is the one that is meant. */
    promote(isMeant: (key: Buffer) => boolean): void
    /** Takes former keys out. */
    drop(isMeant: (key: Buffer) => boolean): void
  }
}

/**
 * The keys of a file. It is read again when the vault meets a key that it does not know, and now and then besides, so
 * that a process that serves knows a new key without a restart.
 * @throws EnvironmentError where the file cannot be read or understood
 */
export function createFileKeys({ file }: { file: KeyFile }): KeyProvider {
  const load = () => {
    const { current, others, staged } = file.read()
    const all = [current, ...others, ...(staged ? [staged] : [])]
    return {
      all,
      held: createHeldKeys({ current, others: all.slice(1) }),
      stagedId: staged && fingerprintOfKey(staged),
      retiredIds: others.map(fingerprintOfKey),
    }
  }
  let keys = load()
  const refresh = () => {
    const { all: former } = keys
    keys = load()
    for (const key of former) key.fill(0)
  }

  return {
    get id() {
      return keys.held.id
    },
    get ids() {
      return keys.held.ids
    },
    wrap: (plaintext, context) => keys.held.wrap(plaintext, context),
    unwrap: (wrapped, context) => keys.held.unwrap(wrapped, context),
    refresh,
    succession: file.edit && createSuccession({ file, edit: file.edit, refresh, held: () => keys }),
  }
}

type SuccessionOptions = {
  file: KeyFile
  edit: NonNullable<KeyFile['edit']>
  refresh(): void
  held(): { stagedId: string | undefined; retiredIds: readonly string[] }
}

function createSuccession({ file, edit, refresh, held }: SuccessionOptions): KeyProvider['succession'] {
  const isOneOf = (ids: readonly string[]) => (key: Buffer) => ids.includes(fingerprintOfKey(key))
  return {
    place: file.path,
    get stagedId() {
      return held().stagedId
    },
    get retiredIds() {
      return held().retiredIds
    },
    stage() {
      edit.stage()
      refresh()
      const { stagedId: id } = held()
      if (id === undefined) throw new Error(`The key that was added to ${file.path} is not there.`)
      return id
    },
    promote(id) {
      edit.promote(isOneOf([id]))
      refresh()
    },
    drop(ids) {
      edit.drop(isOneOf(ids))
      refresh()
    },
  }
}
