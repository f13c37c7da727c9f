import { describe, expect, it } from '@jest/globals'
import type { StoredKeyStatus } from '../vault/index.ts'
import { isTelling, nextKeyState } from './key-state.ts'
import type { KeyOutcome, KeyState } from './key-state.ts'

const CHECKED = '2026-05-01T10:00:00.000Z'
const LATER = Date.parse(CHECKED) + 60_000

const stateOf = (status: StoredKeyStatus, fields: Partial<KeyState> = {}): KeyState => ({
  status,
  version: 3,
  checkedAt: CHECKED,
  statusSince: CHECKED,
  ...fields,
})
const statusAfter = (state: KeyState, outcome: KeyOutcome, { version = 3, at = LATER } = {}) =>
  nextKeyState(state, { outcome, version, at }) ?? state.status

const STATUSES: StoredKeyStatus[] = [
  'valid',
  'limited',
  'out-of-credit',
  'rejected',
  'unreachable',
  'unverified',
  'undecryptable',
]

/** For each status before: after `ok`, `rejected`, `out-of-credit`, `limited`. */
const TABLE: Record<StoredKeyStatus, [StoredKeyStatus, StoredKeyStatus, StoredKeyStatus, StoredKeyStatus]> = {
  valid: ['valid', 'rejected', 'out-of-credit', 'limited'],
  // Found by a test: something that works does not give the permission that was missing.
  limited: ['limited', 'rejected', 'out-of-credit', 'limited'],
  'out-of-credit': ['valid', 'rejected', 'out-of-credit', 'out-of-credit'],
  rejected: ['valid', 'rejected', 'out-of-credit', 'limited'],
  unreachable: ['valid', 'rejected', 'out-of-credit', 'limited'],
  unverified: ['valid', 'rejected', 'out-of-credit', 'limited'],
  undecryptable: ['valid', 'rejected', 'out-of-credit', 'limited'],
}

describe('the state of a key after a use', () => {
  it.each(STATUSES)('should follow the table from %s', (status) => {
    const found = (['ok', 'rejected', 'out-of-credit', 'limited'] as const).map((outcome) =>
      statusAfter(stateOf(status), outcome),
    )
    expect(found).toEqual(TABLE[status])
  })

  const silent: KeyOutcome[] = ['rate-limited', 'unreachable', 'timeout', 'invalid-request', 'closed', 'failed']

  it.each(silent)('should stay whatever it is when a use ends with %s', (outcome) => {
    expect(isTelling(outcome)).toBe(false)
    for (const status of STATUSES)
      expect(nextKeyState(stateOf(status), { outcome, version: 3, at: LATER })).toBeUndefined()
  })

  it('should not follow what a former or a later version met', () => {
    for (const outcome of ['ok', 'rejected', 'out-of-credit', 'limited'] as const) {
      expect(statusAfter(stateOf('valid'), outcome, { version: 2 })).toBe('valid')
      expect(statusAfter(stateOf('rejected'), outcome, { version: 4 })).toBe('rejected')
    }
  })

  it('should not follow a use that began before the test, or before the refusal, that it rests on', () => {
    const before = Date.parse(CHECKED) - 1
    expect(statusAfter(stateOf('valid'), 'rejected', { at: before })).toBe('valid')
    const refused = stateOf('rejected', { statusSince: new Date(LATER).toISOString() })
    expect(statusAfter(refused, 'ok', { at: LATER - 1 })).toBe('rejected')
    expect(statusAfter(refused, 'ok', { at: LATER })).toBe('rejected')
    expect(statusAfter(refused, 'ok', { at: LATER + 1 })).toBe('valid')
  })

  it('should lose by a success the limit that a use found, and keep the one that a test found', () => {
    const byUse = stateOf('limited', { statusSince: new Date(LATER).toISOString() })
    expect(statusAfter(byUse, 'ok', { at: LATER + 1 })).toBe('valid')
    const confirmed = { ...byUse, checkedAt: new Date(LATER + 1).toISOString() }
    expect(statusAfter(confirmed, 'ok', { at: LATER + 2 })).toBe('limited')
  })

  it('should be told of a row that was never tested', () => {
    expect(statusAfter({ status: 'unverified', version: 3 }, 'ok')).toBe('valid')
    expect(statusAfter({ status: 'unverified', version: 3, checkedAt: null, statusSince: null }, 'rejected')).toBe(
      'rejected',
    )
  })
})
