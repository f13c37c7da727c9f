import type { KeyRecord } from '../vault/index.ts'
import type { Requirement } from './catalogue.ts'

/**
 * Why a stored key does not serve.
 * - `rejected`, `undecryptable`, `out-of-credit`: the key's own state
 * - `no-permission`: the key is good and may not do this
 */
export type BlockedReason = 'rejected' | 'undecryptable' | 'out-of-credit' | 'no-permission'

type KeyState = Pick<KeyRecord, 'status' | 'capabilities'>

/** Why a key does not serve a requirement; undefined where it does. A key that could not be tested counts as good. */
export function reasonBlocked({
  key,
  requirement,
}: {
  key: KeyState
  requirement: Requirement
}): BlockedReason | undefined {
  const { status, capabilities } = key
  if (status === 'rejected' || status === 'undecryptable' || status === 'out-of-credit') return status
  const mayNot = status === 'limited' && requirement !== 'any' && capabilities?.[requirement] === false
  return mayNot ? 'no-permission' : undefined
}

/**
 * Whether a call is refused for it. An empty account is not a reason: its owner may have paid since the last test, and
 * only the provider knows.
 */
export const isFatal = (reason: BlockedReason | undefined): boolean =>
  reason !== undefined && reason !== 'out-of-credit'
