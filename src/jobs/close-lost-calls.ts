import type { Payload } from 'payload'
import { CALLS } from '../collections/slugs.ts'
import type { DocumentId } from '../access/index.ts'
import type { Runtime } from '../server/runtime.ts'

/** Between two signs of life of a process. Each is one write, whatever the number of calls. */
const BEAT_MS = 5_000
/** Five signs of life missed. With one beat until it is noticed, no call stays open for more than 30 s. */
const LOST_AFTER_MS = 25_000
/** Bounds the work of one round; what is left waits for the next. */
const ROUND_SIZE = 500

const OPEN_STATUSES = ['queued', 'ringing', 'in-progress']
const DETAIL = 'The server that held this call stopped without ending it. What was said until then is kept.'

type Options = {
  payload: Payload
  runtime: Pick<Runtime, 'liveCalls'>
  beatMs?: number
  lostAfterMs?: number
}

export type LostCallsWatch = {
  /** Ends the watch; resolves when no round is under way. */
  stop(): Promise<void>
}

/**
 * Keeps the records of this process's live calls fresh, and closes those of processes that died: at once, for a process
 * that starts again, and then with every beat. Rounds never overlap, and a failed one is logged and tried again.
 */
export async function watchLostCalls({
  payload,
  runtime,
  beatMs = BEAT_MS,
  lostAfterMs = LOST_AFTER_MS,
}: Options): Promise<LostCallsWatch> {
  const beat = async () => {
    try {
      await refreshHeartbeats({ payload, runtime })
      await closeLostCalls({ payload, runtime, lostAfterMs })
    } catch (error) {
      payload.logger.error({ err: error, msg: 'Lost calls could not be looked for' })
    }
  }
  await beat()
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  let round = Promise.resolve()
  const schedule = () => {
    if (isStopped) return
    timer = setTimeout(() => {
      round = beat().then(schedule)
    }, beatMs)
    timer.unref()
  }
  schedule()
  return {
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await round
    },
  }
}

/** Notes in one write that every live call of this process lives. */
export async function refreshHeartbeats({ payload, runtime }: Pick<Options, 'payload' | 'runtime'>): Promise<void> {
  const callIds = [...runtime.liveCalls.keys()]
  if (callIds.length === 0) return
  const heartbeatAt = new Date().toISOString()
  if (payload.db.name === 'sqlite') {
    await refreshInOneStatement({ payload, callIds, heartbeatAt })
  } else {
    const where = { publicId: { in: callIds } }
    await payload.db.updateMany({ collection: CALLS, where, data: { heartbeatAt }, returning: false })
  }
}

type Client = { execute(statement: { sql: string; args: string[] }): Promise<unknown> }

/** Payload's adapter would write row by row, and SQLite's driver holds the event loop for each. */
async function refreshInOneStatement({
  payload,
  callIds,
  heartbeatAt,
}: {
  payload: Payload
  callIds: string[]
  heartbeatAt: string
}): Promise<void> {
  const { client } = payload.db as unknown as { client: Client }
  const places = callIds.map(() => '?').join(', ')
  const sql = `UPDATE "calls" SET "heartbeat_at" = ? WHERE "public_id" IN (${places})`
  await client.execute({ sql, args: [heartbeatAt, ...callIds] })
}

type OpenCall = { id: DocumentId; publicId?: string | null; answeredAt?: string | null; heartbeatAt?: string | null }

/**
 * Closes, as failed, the records of calls that nobody has kept fresh for a while.
 * @returns how many
 */
export async function closeLostCalls({ payload, runtime, lostAfterMs = LOST_AFTER_MS }: Options): Promise<number> {
  const { docs } = await payload.find({
    collection: CALLS,
    overrideAccess: true,
    depth: 0,
    limit: ROUND_SIZE,
    pagination: false,
    select: { publicId: true, answeredAt: true, heartbeatAt: true },
    where: {
      status: { in: OPEN_STATUSES },
      heartbeatAt: { less_than: new Date(Date.now() - lostAfterMs).toISOString() },
    },
  })
  const lost = (docs as unknown as OpenCall[]).filter(({ publicId }) => !runtime.liveCalls.has(publicId ?? ''))
  for (const { id, answeredAt, heartbeatAt } of lost) {
    const endedAt = heartbeatAt ?? new Date().toISOString()
    await payload.update({
      collection: CALLS,
      id,
      overrideAccess: true,
      depth: 0,
      data: {
        status: 'failed',
        endedReason: 'node-lost',
        endedDetail: DETAIL,
        endedAt,
        durationSeconds: answeredAt
          ? Math.max(0, Math.round((Date.parse(endedAt) - Date.parse(answeredAt)) / 1000))
          : 0,
      },
    })
  }
  if (lost.length > 0) payload.logger.warn({ calls: lost.length, msg: 'Closed calls whose server had stopped' })
  return lost.length
}
