import type { Payload } from 'payload'
import { compositionOf } from '../../composition.ts'
import { LIVE_WITHIN_MS } from '../nodes/live-nodes.ts'
import { VaultError } from '../vault-error.ts'
import { countWraps } from './count-wraps.ts'
import { dropRetiredKeys, listRetiredKeys } from './drop-retired-keys.ts'
import { prepareRotation } from './prepare-rotation.ts'
import { rewrapAll } from './rewrap-all.ts'
import type { Pass } from './rewrap-all.ts'
import type { RotationProgress, RotationReport } from './rotation-report.ts'
import { isSuperseded, supersedeOthers, updateRotation } from './rotation-rows.ts'
import { findStragglers, refuseBlindNodes, waitForNodes } from './wait-for-nodes.ts'

/** Longer than a process that was killed counts as serving. */
const LONGEST_WAIT_MS = LIVE_WITHIN_MS + 30_000
/** Between two looks at the other processes while rows are replaced, in ms. */
const LOOK_ROUND_MS = 1_000
/** A process that goes on making keys under a former one is a straggler, and not waited for by passes without end. */
const MOST_PASSES = 10

export type RotateOptions = {
  payload: Payload
  /** Counts and opens, and writes nothing. */
  dryRun?: boolean
  /** Goes on although processes that serve cannot read the new key: they then fail to open keys until they have it. */
  force?: boolean
  /** Takes former keys out of the file of keys afterwards, where the product keeps it and no row needs them. */
  dropRetired?: boolean
  /** How long processes are waited for that learn of a new key by themselves, in ms. */
  waitMs?: number
  /** What it throws stops the rotation there. */
  onProgress?(progress: RotationProgress): void | Promise<void>
  /** Stops the rotation between two rows. */
  signal?: AbortSignal
}

/**
 * Brings everything that lies under a former key-encryption key under the current one, while the product serves. Where
 * the product keeps the keys itself, a new key is made first, and written with once every process that serves can read
 * it. Stopped or killed at any step, it goes on with the next run; two at once do no harm.
 * @throws VaultError `nodes_behind` where a process that serves cannot read the new key; `rotation_superseded` where
 *   another rotation began meanwhile; the signal's reason
 */
export async function rotateKeyEncryptionKey(options: RotateOptions): Promise<RotationReport> {
  const { payload, dryRun = false, signal } = options
  const { keyRing } = compositionOf(payload).vault
  await keyRing.refresh()
  const { total, byKey } = await countWraps(payload)
  const progress = { done: 0, total }
  const run: Run = {
    ...options,
    progress,
    from: [...byKey.keys()],
    async tell(news) {
      await options.onProgress?.({ ...progress, ...news })
      signal?.throwIfAborted()
    },
  }
  return dryRun ? countOnly(run) : replaceAll(run)
}

type Run = RotateOptions & {
  progress: { done: number; total: number }
  /** The keys that wrapped something when it began. */
  from: string[]
  tell(news: Omit<RotationProgress, 'done' | 'total'>): Promise<void>
}

async function countOnly(run: Run): Promise<RotationReport> {
  const { keyRing } = compositionOf(run.payload).vault
  const target = keyRing.succession ? undefined : keyRing.currentId
  const pass = await takePass({ run, target })
  const stragglers = target === undefined ? [] : await findStragglers({ payload: run.payload, keyId: target })
  return { state: 'dry-run', target, stragglers, dropped: [], ...pass, ...(await whatIsLeft(run.payload)) }
}

async function replaceAll(run: Run): Promise<RotationReport> {
  const { payload, force = false, dropRetired = false, waitMs = LONGEST_WAIT_MS, tell, signal, from } = run
  const { keyRing } = compositionOf(payload).vault
  const counts = { total: run.progress.total, rewrapped: 0, failed: 0, from }
  const target = await prepareRotation({ payload, force, waitMs, counts, tell, signal })
  const find = () => findStragglers({ payload, keyId: target })
  if (keyRing.succession && !force) {
    await waitForNodes({
      find,
      longest: waitMs,
      onWait: (names) => tell({ step: 'waiting', waitingFor: names }),
      signal,
    })
  }

  let rewrapped = 0
  let already: number | undefined
  for (let round = 1; ; round++) {
    // Asked for before the pass: what a straggler made until then is found by it.
    const stragglers = await find()
    const pass = await takePass({ run, target })
    rewrapped += pass.rewrapped
    already ??= pass.already
    if (pass.rewrapped > 0 && round < MOST_PASSES) continue
    const state = stragglers.length === 0 && pass.rewrapped === 0 ? 'finished' : 'unfinished'
    const { total, failures } = pass
    await updateRotation({
      payload,
      keyId: target,
      state: state === 'finished' ? 'finished' : 'running',
      counts: { total, rewrapped, failed: failures.length, from },
    })
    if (state === 'finished') {
      await supersedeOthers({ payload, keyId: target })
      await tell({ step: 'finished' })
    }
    const dropped = state === 'finished' && dropRetired ? await dropRetiredKeys({ payload }) : []
    if (dropped.length > 0) await tell({ step: 'dropped' })
    return { state, target, stragglers, dropped, ...pass, rewrapped, already, ...(await whatIsLeft(payload)) }
  }
}

const whatIsLeft = async (payload: Payload): Promise<Pick<RotationReport, 'place' | 'retired'>> => ({
  place: compositionOf(payload).vault.keyRing.succession?.place,
  retired: await listRetiredKeys(payload),
})

/** One pass over all rows, with a look at the other processes before it and now and then. */
async function takePass({ run, target }: { run: Run; target: string | undefined }): Promise<Pass> {
  const { payload, dryRun = false, force = false, progress, tell } = run
  let lookedAt = Number.NEGATIVE_INFINITY
  const look = async () => {
    if (dryRun || target === undefined || performance.now() - lookedAt < LOOK_ROUND_MS) return
    lookedAt = performance.now()
    if (await isSuperseded({ payload, keyId: target })) throw superseded(target)
    if (!force) await refuseBlindNodes({ payload, keyId: target })
  }
  await look()
  return rewrapAll({
    payload,
    target,
    isDryRun: dryRun,
    async onRow({ total }) {
      progress.done = total
      progress.total = Math.max(progress.total, total)
      await tell({ step: 'rewrapping' })
      await look()
    },
  })
}

const superseded = (target: string) =>
  new VaultError({
    code: 'rotation_superseded',
    message: `Another rotation began after the one to the encryption key with the fingerprint ${target}. Nothing is lost: let the other one end.`,
  })
