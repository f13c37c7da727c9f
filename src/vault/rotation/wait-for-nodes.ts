import { setTimeout as pause } from 'node:timers/promises'
import type { Payload } from 'payload'
import { listLiveNodes } from '../nodes/live-nodes.ts'
import type { LiveNode } from '../nodes/live-nodes.ts'
import { VaultError } from '../vault-error.ts'

const POLL_MS = 250

/** Processes that serve and could not open what is wrapped under that key. */
export const findBlindNodes = async ({ payload, keyId }: { payload: Payload; keyId: string }): Promise<LiveNode[]> =>
  (await listLiveNodes(payload)).filter(({ reads }) => !reads.includes(keyId))

/** Processes that serve and write under another key. */
export const findStragglers = async ({ payload, keyId }: { payload: Payload; keyId: string }): Promise<LiveNode[]> =>
  (await listLiveNodes(payload)).filter(({ writesUnder }) => writesUnder !== keyId)

/**
 * @param options.place the file of keys, where the product keeps it itself
 * @throws VaultError `nodes_behind` where a process that serves cannot read with that key
 */
export async function refuseBlindNodes(options: { payload: Payload; keyId: string; place?: string }): Promise<void> {
  const blind = await findBlindNodes(options)
  if (blind.length === 0) return
  const { keyId, place } = options
  const remedy = place
    ? `They look for it every few seconds: see whether they read the keys of ${place}.`
    : 'Give it to them in ENCRYPTION_KEYS_RETIRED, restart them, and run the rotation again.'
  throw new VaultError({
    code: 'nodes_behind',
    message:
      `These servers do not have the encryption key with the fingerprint ${keyId} yet: ${namesOf(blind).join(', ')}. ${remedy} ` +
      'One that was killed counts for a minute after its last sign of life.',
  })
}

export const namesOf = (nodes: readonly LiveNode[]): string[] => nodes.map(({ name }) => name)

type WaitOptions = {
  /** Those that are not ready. */
  find(): Promise<LiveNode[]>
  /** In ms. */
  longest: number
  onWait(waitingFor: string[]): void | Promise<void>
  signal?: AbortSignal
}

/**
 * Waits until no node is left, or the time is over.
 * @returns those that are left
 */
export async function waitForNodes({ find, longest, onWait, signal }: WaitOptions): Promise<LiveNode[]> {
  const deadline = performance.now() + longest
  for (;;) {
    signal?.throwIfAborted()
    const left = await find()
    if (left.length === 0 || performance.now() >= deadline) return left
    await onWait(namesOf(left))
    await pause(POLL_MS, undefined, { signal })
  }
}
