import type { LiveNode } from '../nodes/live-nodes.ts'

/** What a rotation does at the moment. Each is told when its step is done. */
export type RotationStep =
  /** The new key can be read with and writes nothing. */
  | 'staged'
  /** The rotation stands in the database. */
  | 'announced'
  /** Processes that serve are waited for; told again and again. */
  | 'waiting'
  /** The new key writes. */
  | 'promoted'
  /** One more row was looked at. */
  | 'rewrapping'
  /** Everything that opens lies under the new key. */
  | 'finished'
  /** Former keys were taken out of the file of keys. */
  | 'dropped'

export type RotationProgress = {
  step: RotationStep
  /** Rows looked at in this pass, of how many. */
  done: number
  total: number
  /** Names of the processes that are waited for. */
  waitingFor?: readonly string[]
}

/** A row that was left as it is. */
export type RotationFailure = {
  collection: string
  /** Absent for the canary. */
  tenant?: string
  /** Public id of the data key; absent for the canary. */
  dataKey?: string
  /**
   * - `encryption-key-missing`: it needs a key-encryption key that was not given
   * - `changed`: neither its bytes nor its place may differ from how it was written, and they do
   */
  reason: 'encryption-key-missing' | 'changed'
  /** The key that it names; undefined where it has not the form of a wrap. */
  wrappedBy?: string
}

export type RetiredKey = {
  keyId: string
  /** How many rows name it. Nothing needs it where that is 0; backups from before the rotation do. */
  neededBy: number
}

export type RotationReport = {
  /**
   * - `dry-run`: only counted
   * - `finished`: everything that opens lies under the target
   * - `unfinished`: everything does for now, but the stragglers still write under a former key; run it again when they
   *   have been restarted
   */
  state: 'dry-run' | 'finished' | 'unfinished'
  /** Fingerprint of the new key; undefined in a dry run that would make it. */
  target: string | undefined
  /** The file in which the product keeps the keys itself; undefined where whoever operates it brings them. */
  place: string | undefined
  total: number
  /** Replaced now; in a dry run: what would be. */
  rewrapped: number
  /** Under the target before. */
  already: number
  failures: RotationFailure[]
  /** Processes that serve and do not write under the target. */
  stragglers: LiveNode[]
  /** Former keys that can still be read with. */
  retired: RetiredKey[]
  /** Former keys that were taken out of the file. */
  dropped: string[]
}
