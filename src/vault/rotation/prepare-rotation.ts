import type { Payload } from 'payload'
import { compositionOf } from '../../composition.ts'
import { VaultError } from '../vault-error.ts'
import type { RotationProgress } from './rotation-report.ts'
import { announceRotation, findUnfinishedRotations, updateRotation, withdrawRotation } from './rotation-rows.ts'
import type { RotationCounts } from './rotation-rows.ts'
import { findBlindNodes, refuseBlindNodes, waitForNodes } from './wait-for-nodes.ts'

export type PrepareOptions = {
  payload: Payload
  force: boolean
  /** In ms. */
  waitMs: number
  counts: RotationCounts
  tell(news: Omit<RotationProgress, 'done' | 'total'>): Promise<void>
  signal?: AbortSignal
}

/**
 * Everything before the first row is replaced: the new key, made where the product keeps the keys itself, and every
 * process that serves able to read it.
 * @returns its id
 * @throws VaultError `nodes_behind`, `rotation_superseded`
 */
export async function prepareRotation(options: PrepareOptions): Promise<string> {
  const { payload, force, counts, tell } = options
  const { succession, ...keyRing } = ringOf(payload)
  const keyId = await chooseTarget({ payload, tell })
  await announceRotation({ payload, keyId })
  await tell({ step: 'announced' })
  if (!force) await makeSureAllCanRead({ ...options, keyId })
  if (succession) {
    await succession.promote(keyId)
    if (keyRing.currentId() !== keyId) {
      throw new VaultError({
        code: 'rotation_superseded',
        message: `The file ${succession.place} was changed by another rotation meanwhile. Run the rotation again.`,
      })
    }
    await tell({ step: 'promoted' })
  }
  await updateRotation({ payload, keyId, state: 'running', counts })
  // Again: a process that started since has either seen the line above, and refused to serve, or is seen here.
  if (!force) await refuseBlindNodes({ payload, keyId, place: succession?.place })
  return keyId
}

const ringOf = (payload: Payload) => {
  const { keyRing } = compositionOf(payload).vault
  return { succession: keyRing.succession, currentId: () => keyRing.currentId }
}

/** A rotation that was stopped goes on with the key that it had. */
async function chooseTarget({ payload, tell }: Pick<PrepareOptions, 'payload' | 'tell'>): Promise<string> {
  const { succession, currentId } = ringOf(payload)
  if (!succession) return currentId()
  const [latest] = await findUnfinishedRotations(payload)
  if (latest?.keyId === currentId()) return currentId()
  const keyId = await succession.stage()
  await tell({ step: 'staged' })
  return keyId
}

/** Who brings the keys restarts their servers with them; a key that the product made is found without that. */
async function makeSureAllCanRead({ payload, waitMs, tell, signal, keyId }: PrepareOptions & { keyId: string }) {
  const { succession } = ringOf(payload)
  if (succession) {
    await waitForNodes({
      find: () => findBlindNodes({ payload, keyId }),
      longest: waitMs,
      onWait: (waitingFor) => tell({ step: 'waiting', waitingFor }),
      signal,
    })
  }
  try {
    await refuseBlindNodes({ payload, keyId, place: succession?.place })
  } catch (error) {
    if (!succession) await withdrawRotation({ payload, keyId })
    throw error
  }
}
