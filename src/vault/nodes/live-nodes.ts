import type { Payload } from 'payload'
import { VAULT_NODES } from '../../collections/slugs.ts'

/** A process that serves, as its last sign of life told it. */
export type LiveNode = {
  /** Host, process id and four digits that tell apart two of the same. */
  name: string
  /** The key-encryption key that it writes under. */
  writesUnder: string
  /** Those that it can read. */
  reads: readonly string[]
  /** ISO 8601. */
  seenAt: string
}

type Row = { id: number | string; nodeId: string; currentKeyId: string; keyIds: string[]; seenAt: string }

/**
 * Without a sign of life for so long a process counts as gone, in ms. A dozen signs, because nodes' clocks differ and a
 * process that is held up for a moment serves again.
 */
export const LIVE_WITHIN_MS = 60_000

const since = (): string => new Date(Date.now() - LIVE_WITHIN_MS).toISOString()

/** The processes that serve on this database now, by name. */
export async function listLiveNodes(payload: Payload): Promise<LiveNode[]> {
  const { docs } = await payload.db.find<Row>({
    collection: VAULT_NODES,
    where: { seenAt: { greater_than: since() } },
    sort: 'nodeId',
    limit: 0,
    pagination: false,
  })
  return docs.map(({ nodeId, currentKeyId, keyIds, seenAt }) => ({
    name: nodeId,
    writesUnder: currentKeyId,
    reads: keyIds,
    seenAt: new Date(seenAt).toISOString(),
  }))
}

/** Takes out the rows of processes that are gone. */
export const sweepNodes = (payload: Payload): Promise<void> =>
  payload.db.deleteMany({ collection: VAULT_NODES, where: { seenAt: { less_than: since() } } })

/** Writes a sign of life. */
export async function writeSignOfLife(options: {
  payload: Payload
  name: string
  writesUnder: string
  reads: readonly string[]
}): Promise<void> {
  const { payload, name, writesUnder, reads } = options
  const data = { currentKeyId: writesUnder, keyIds: [...reads], seenAt: new Date().toISOString() }
  const where = { nodeId: { equals: name } }
  if (await payload.db.updateOne({ collection: VAULT_NODES, where, data })) return
  await payload.db.create({ collection: VAULT_NODES, data: { nodeId: name, ...data } })
}

/** A process that stops says so. */
export const removeNode = ({ payload, name }: { payload: Payload; name: string }): Promise<void> =>
  payload.db.deleteMany({ collection: VAULT_NODES, where: { nodeId: { equals: name } } })
