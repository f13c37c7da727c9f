import { setTimeout as pause } from 'node:timers/promises'
import type { Payload, Where } from 'payload'
import { compositionOf } from '../../composition.ts'
import type { KeyRing } from '../key-ring.ts'
import { readPages } from '../read-pages.ts'
import { VaultError, isVaultError } from '../vault-error.ts'
import { formatWrappedKey, parseWrappedKey } from '../wrapped-key-text.ts'
import type { RotationFailure } from './rotation-report.ts'
import { WRAPPED_PLACES } from './wrapped-places.ts'
import type { WrappedPlace, WrappedRow } from './wrapped-places.ts'

/** Rows at a time: a key service far away is not waited for row by row. */
const AT_A_TIME = 4

/**
 * SQLite has one writer at a time, and its driver holds the event loop of whoever waits. A rotation that writes without
 * a pause would hold up the servers' live calls: after each group it leaves them the database for so long, in ms.
 */
const REST_MS = 10

export type Pass = { total: number; rewrapped: number; already: number; failures: RotationFailure[] }

type RewrapOptions = {
  payload: Payload
  /** The key to come to; undefined counts every row as one to replace. */
  target: string | undefined
  /** Opens, and writes nothing. */
  isDryRun: boolean
  /** Called after every row. What it throws ends the pass; every row before is done. */
  onRow(pass: Readonly<Pass>): void | Promise<void>
}

/**
 * One pass over everything that lies under a key-encryption key: what is not under the target is opened and wrapped
 * anew. Each row is one conditional write, so that a pass may end anywhere, begin again, and run twice at once.
 */
export async function rewrapAll({ payload, target, isDryRun, onRow }: RewrapOptions): Promise<Pass> {
  const pass: Pass = { total: 0, rewrapped: 0, already: 0, failures: [] }
  for (const place of WRAPPED_PLACES) {
    for await (const rows of inGroups(readPages<WrappedRow>({ payload, collection: place.collection }))) {
      const outcomes = await settleAll(rows.map((row) => rewrapRow({ payload, place, row, target, isDryRun })))
      for (const outcome of outcomes) {
        pass.total += 1
        if (typeof outcome === 'string') pass[outcome] += 1
        else pass.failures.push(outcome)
        await onRow(pass)
      }
      if (outcomes.includes('rewrapped') && !isDryRun && payload.db.name === 'sqlite') await pause(REST_MS)
    }
  }
  return pass
}

async function* inGroups<Row>(rows: AsyncIterable<Row>): AsyncGenerator<Row[]> {
  let group: Row[] = []
  for await (const row of rows) {
    group.push(row)
    if (group.length < AT_A_TIME) continue
    yield group
    group = []
  }
  yield group
}

/** As `Promise.all`, but nothing is under way any more when it fails. */
async function settleAll<Value>(pending: Promise<Value>[]): Promise<Value[]> {
  await Promise.allSettled(pending)
  return Promise.all(pending)
}

type RowOptions = Pick<RewrapOptions, 'payload' | 'target' | 'isDryRun'> & { place: WrappedPlace; row: WrappedRow }

async function rewrapRow(options: RowOptions): Promise<'already' | 'rewrapped' | RotationFailure> {
  const { payload, place, row, target, isDryRun } = options
  const { keyRing } = compositionOf(payload).vault
  const context = place.contextOf(row)
  const opened = await open({ keyRing, row, context, target })
  if (opened === 'already') return opened
  if (!Buffer.isBuffer(opened)) {
    return { collection: place.collection, tenant: row.tenant, dataKey: row.keyId, ...opened }
  }
  try {
    if (isDryRun) return 'rewrapped'
    const wrapped = await wrapAnew({ keyRing, key: opened, context, target })
    const unchanged: Where = { and: [{ id: { equals: row.id } }, { wrapped: { equals: row.wrapped } }] }
    const written: unknown = await payload.db.updateOne({
      collection: place.collection,
      where: unchanged,
      data: { wrapped },
    })
    // Another runner was quicker, or the row is gone with its tenant.
    return written ? 'rewrapped' : 'already'
  } finally {
    opened.fill(0)
  }
}

type OpenOptions = { keyRing: KeyRing; row: WrappedRow; context: Buffer; target: string | undefined }

async function open({ keyRing, row, context, target }: OpenOptions) {
  let wrappedBy: string | undefined
  try {
    const wrapped = parseWrappedKey(row.wrapped)
    wrappedBy = wrapped.keyId
    if (wrappedBy === target) return 'already'
    return await keyRing.unwrap(wrapped, context)
  } catch (error) {
    if (!isVaultError(error)) throw error
    const reason = error.code === 'unknown_key' ? ('encryption-key-missing' as const) : ('changed' as const)
    return { reason, wrappedBy }
  }
}

/** Opened once before it replaces the one that is known to open. */
async function wrapAnew(options: Omit<OpenOptions, 'row'> & { key: Buffer }): Promise<string> {
  const { keyRing, key, context, target } = options
  const wrapped = await keyRing.wrap(key, context)
  if (wrapped.keyId !== target) {
    throw new VaultError({
      code: 'rotation_superseded',
      message: `The key that writes is ${wrapped.keyId} by now, and no longer ${target}. Run the rotation again.`,
    })
  }
  const text = formatWrappedKey(wrapped)
  const opened = await keyRing.unwrap(parseWrappedKey(text), context)
  const isSame = opened.equals(key)
  opened.fill(0)
  if (!isSame) throw new Error('What the key provider wrapped does not open to what it was given.')
  return text
}
