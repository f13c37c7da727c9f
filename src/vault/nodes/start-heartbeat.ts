import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { Payload } from 'payload'
import { compositionOf } from '../../composition.ts'
import { refuseToMissRotation } from '../rotation/refuse-to-miss-rotation.ts'
import { removeNode, sweepNodes, writeSignOfLife } from './live-nodes.ts'

/** Between two signs of life, in ms: also how long a staged key may wait to be known. */
const BEAT_MS = 5_000

export type Heartbeat = {
  /** Name of this process among the nodes. */
  readonly name: string
  /** Looks for new keys and gives a sign of life at once. */
  beat(): Promise<void>
  /** Resolves when the row of this process is gone. */
  stop(): Promise<void>
}

/**
 * Tells other processes that this one serves, and which key-encryption keys it can read; before each sign it looks for
 * keys that came. A failed sign is logged and given again.
 * @throws VaultError `wrong_encryption_key` where a rotation is under way to a key that this process does not have
 */
export async function startHeartbeat({
  payload,
  beatMs = BEAT_MS,
}: {
  payload: Payload
  beatMs?: number
}): Promise<Heartbeat> {
  const name = `${hostname()}:${process.pid}:${randomBytes(2).toString('hex')}`
  const { keyRing } = compositionOf(payload).vault
  const beat = async () => {
    await keyRing.refresh().catch((error: unknown) => {
      payload.logger.error({ err: error, msg: 'The encryption keys could not be read again; the former ones stay' })
    })
    await writeSignOfLife({ payload, name, writesUnder: keyRing.currentId, reads: keyRing.ids })
    await sweepNodes(payload)
  }

  await beat()
  try {
    // After the first sign: a rotation that began before sees this process, one that begins later is seen here.
    await refuseToMissRotation(payload)
  } catch (error) {
    await removeNode({ payload, name })
    throw error
  }

  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  let round = Promise.resolve()
  const schedule = () => {
    if (isStopped) return
    timer = setTimeout(() => {
      round = beat()
        .catch((error: unknown) => payload.logger.error({ err: error, msg: 'A sign of life could not be written' }))
        .then(schedule)
    }, beatMs)
    timer.unref()
  }
  schedule()

  return {
    name,
    beat,
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await round
      await removeNode({ payload, name })
    },
  }
}
