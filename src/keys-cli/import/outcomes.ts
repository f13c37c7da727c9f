/**
 * What became of one entry.
 * - `imported`, `replaced`: stored now; in a dry run, would be
 * - `present`: the workspace has this very key already
 * - `repeated`: an earlier entry of the file is the same
 * - `kept`: the workspace has another key of that provider, which stays without `--replace`
 * - `duplicate`: an earlier entry of the file has another key for the same workspace and provider
 * - `unreadable`: encrypted, and does not open
 * - `not-a-key`: no key of that provider can look so
 * - `refused`: the provider does not accept it
 * - `failed`: it could not be stored
 */
export type Outcome =
  | 'imported'
  | 'replaced'
  | 'present'
  | 'repeated'
  | 'kept'
  | 'duplicate'
  | 'malformed'
  | 'unknown-tenant'
  | 'unknown-provider'
  | 'unreadable'
  | 'not-a-key'
  | 'refused'
  | 'failed'

/** Those after which the file is no longer needed for the entry. */
const DONE: ReadonlySet<Outcome> = new Set(['imported', 'replaced', 'present', 'repeated'])
export const isDone = (outcome: Outcome): boolean => DONE.has(outcome)

/** One entry of the report: where it stood, what it was called, what became of it. Never a value. */
export type EntryReport = {
  position: number
  outcome: Outcome
  tenant?: string
  provider?: string
  credentialId?: string
  version?: number
  /** Layers of Fernet that were taken away. */
  layers?: number
  reason?: string
}
