import type { Payload } from 'payload'
import { compositionOf } from '../../composition.ts'
import { listLiveNodes, listRetiredKeys } from '../../vault/index.ts'
import { findUnfinishedRotations } from '../../vault/rotation/rotation-rows.ts'
import type { PageLine } from '../output/page.ts'

/** Former keys and what needs them, a rotation that was not finished, and the servers that are running. */
export async function checkRotation(payload: Payload): Promise<PageLine[]> {
  return [await describeRetired(payload), await describeUnfinished(payload), await describeNodes(payload)]
}

async function describeRetired(payload: Payload): Promise<PageLine> {
  const title = 'Retired keys'
  const retired = await listRetiredKeys(payload)
  if (retired.length === 0) return { level: 'ok', title, text: 'None was given.' }
  const needed = retired.filter(({ neededBy }) => neededBy > 0)
  const items = retired.map(({ keyId, neededBy }) =>
    neededBy > 0
      ? `${keyId} is needed by ${neededBy} row${neededBy === 1 ? '' : 's'}`
      : `${keyId} is needed by nothing but older backups`,
  )
  if (needed.length > 0) {
    return {
      level: 'warning',
      title,
      text: 'Data still lies under former keys.',
      items,
      todo: 'npm run keys -- rotate',
    }
  }
  const place = compositionOf(payload).vault.keyRing.succession?.place
  const todo = `Once no backup needs them, take them out: ${place ? 'npm run keys -- rotate --drop-retired' : 'ENCRYPTION_KEYS_RETIRED'}.`
  return { level: 'ok', title, text: `${retired.length} can still be read with.`, items, todo }
}

async function describeUnfinished(payload: Payload): Promise<PageLine> {
  const title = 'Rotation'
  const [latest] = await findUnfinishedRotations(payload)
  if (!latest) return { level: 'ok', title, text: 'None is under way.' }
  const since = new Date(latest.startedAt).toISOString().slice(0, 16).replace('T', ' ')
  return {
    level: 'warning',
    title,
    text: `One to the key ${latest.keyId}, begun ${since} UTC, is not finished (${latest.state}).`,
    todo: 'npm run keys -- rotate goes on with it.',
  }
}

async function describeNodes(payload: Payload): Promise<PageLine> {
  const title = 'Servers'
  const { currentId } = compositionOf(payload).vault.keyRing
  const nodes = await listLiveNodes(payload)
  if (nodes.length === 0) return { level: 'ok', title, text: 'None gave a sign of life within the last minute.' }
  const items = nodes.map(({ name, writesUnder, reads }) => {
    if (writesUnder === currentId) return `${name} writes under this key`
    return `${name} writes under ${writesUnder} and ${reads.includes(currentId) ? 'can read this key' : 'cannot read this key'}`
  })
  const isBehind = nodes.some(({ writesUnder }) => writesUnder !== currentId)
  return {
    level: isBehind ? 'warning' : 'ok',
    title,
    text: `${nodes.length} ${nodes.length === 1 ? 'is' : 'are'} running.`,
    items,
    ...(isBehind ? { todo: 'Give every server, and this command, the same ENCRYPTION_KEY.' } : {}),
  }
}
