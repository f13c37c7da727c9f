import type { Payload } from 'payload'
import { VAULT_ROTATIONS } from '../../collections/slugs.ts'
import { isUniqueViolation } from '../is-unique-violation.ts'

/**
 * - `staged`: announced; nothing is wrapped under the new key, and the processes that serve are asked whether they have it
 * - `running`: every one of them had it; wraps are being replaced
 * - `finished`: nothing is left under a former key
 * - `superseded`: a rotation to another key took its place
 */
export type RotationState = 'staged' | 'running' | 'finished' | 'superseded'

export type RotationCounts = {
  total: number
  rewrapped: number
  failed: number
  /** The keys that wrapped something when it began. */
  from: string[]
}
export type RotationRow = {
  id: number | string
  /** The key that it goes to. */
  keyId: string
  state: RotationState
  startedAt: string
  finishedAt?: string | null
  counts?: RotationCounts | null
}

const UNFINISHED: RotationState[] = ['staged', 'running']

/** The rotations under way, the latest first. There is more than one only until the older is superseded. */
export async function findUnfinishedRotations(payload: Payload): Promise<RotationRow[]> {
  const { docs } = await payload.db.find<RotationRow>({
    collection: VAULT_ROTATIONS,
    where: { state: { in: UNFINISHED } },
    sort: '-startedAt',
    limit: 0,
    pagination: false,
  })
  return docs
}

const where = (keyId: string) => ({ keyId: { equals: keyId } })

/**
 * Announces a rotation as the latest, or finds it announced so. One that goes back to a former key begins anew.
 */
export async function announceRotation({ payload, keyId }: { payload: Payload; keyId: string }): Promise<void> {
  const startedAt = new Date().toISOString()
  const fresh = { state: 'staged', startedAt, finishedAt: null, counts: null } as const
  const row = await payload.db.findOne<RotationRow>({ collection: VAULT_ROTATIONS, where: where(keyId) })
  if (row) {
    const [latest] = await findUnfinishedRotations(payload)
    if (latest?.keyId === keyId) return
    const unchanged = { and: [where(keyId), { state: { equals: row.state } }] }
    const data = UNFINISHED.includes(row.state) ? { startedAt } : fresh
    await payload.db.updateOne({ collection: VAULT_ROTATIONS, where: unchanged, data })
    return
  }
  try {
    await payload.db.create({ collection: VAULT_ROTATIONS, data: { keyId, ...fresh } })
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
  }
}

/** Whether another rotation took the place of that one. */
export async function isSuperseded({ payload, keyId }: { payload: Payload; keyId: string }): Promise<boolean> {
  const [latest] = await findUnfinishedRotations(payload)
  if (latest) return latest.keyId !== keyId
  // A second runner of the same rotation may have finished it: asked last, because it may do so between two questions.
  const row = await payload.db.findOne<RotationRow>({ collection: VAULT_ROTATIONS, where: where(keyId) })
  return row?.state !== 'finished'
}

/** Takes back an announcement that nothing followed. */
export const withdrawRotation = ({ payload, keyId }: { payload: Payload; keyId: string }): Promise<void> =>
  payload.db.deleteMany({
    collection: VAULT_ROTATIONS,
    where: { and: [where(keyId), { state: { equals: 'staged' } }] },
  })

type UpdateOptions = { payload: Payload; keyId: string; state: RotationState; counts?: RotationCounts }

export async function updateRotation({ payload, keyId, state, counts }: UpdateOptions): Promise<void> {
  await payload.db.updateOne({
    collection: VAULT_ROTATIONS,
    where: where(keyId),
    data: {
      state,
      ...(counts ? { counts } : {}),
      ...(state === 'finished' ? { finishedAt: new Date().toISOString() } : {}),
    },
  })
}

/** With everything under one key, rotations to other keys have nothing left to do. */
export async function supersedeOthers({ payload, keyId }: { payload: Payload; keyId: string }): Promise<void> {
  await payload.db.updateMany({
    collection: VAULT_ROTATIONS,
    where: { and: [{ state: { in: UNFINISHED } }, { keyId: { not_equals: keyId } }] },
    data: { state: 'superseded' },
  })
}
