import type { KeyRing } from './key-ring.ts'

/** A data key stays open at most this long, in ms. */
const KEEP_OPEN_MS = 60_000

/** What the vault keeps in the memory of one process: the key ring, and data keys opened a moment ago. No credential. */
export type Vault = {
  readonly keyRing: KeyRing
  /** The data key, to be used before the next await: afterwards its bytes may have been erased. */
  peekDataKey(options: { tenant: string; keyId: string }): Buffer | undefined
  /** Takes the buffer over: the vault erases it. */
  keepDataKey(options: { tenant: string; keyId: string; key: Buffer }): void
  /** Erases the tenant's data keys. */
  forgetTenant(tenant: string): void
  /** Erases everything that is open. */
  dispose(): void
}

/** @param options.keepOpenMs how long a data key stays open; 60 s at most */
export function createVault({ keyRing, keepOpenMs = KEEP_OPEN_MS }: { keyRing: KeyRing; keepOpenMs?: number }): Vault {
  const open = new Map<string, { tenant: string; key: Buffer; timer: NodeJS.Timeout }>()
  const nameOf = ({ tenant, keyId }: { tenant: string; keyId: string }) => JSON.stringify([tenant, keyId])

  const forget = (name: string) => {
    const entry = open.get(name)
    if (!entry) return
    clearTimeout(entry.timer)
    entry.key.fill(0)
    open.delete(name)
  }

  return {
    keyRing,
    peekDataKey: (named) => open.get(nameOf(named))?.key,
    keepDataKey({ tenant, keyId, key }) {
      const name = nameOf({ tenant, keyId })
      forget(name)
      const timer = setTimeout(() => forget(name), Math.min(keepOpenMs, KEEP_OPEN_MS))
      // Closing the process is the other way to forget.
      timer.unref()
      open.set(name, { tenant, key, timer })
    },
    forgetTenant(tenant) {
      for (const [name, entry] of [...open]) if (entry.tenant === tenant) forget(name)
    },
    dispose() {
      for (const name of [...open.keys()]) forget(name)
    },
  }
}
