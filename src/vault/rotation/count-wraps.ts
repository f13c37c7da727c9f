import type { Payload } from 'payload'
import { readPages } from '../read-pages.ts'
import { parseWrappedKey } from '../wrapped-key-text.ts'
import type { WrappedRow } from './wrapped-places.ts'
import { WRAPPED_PLACES } from './wrapped-places.ts'

export type WrapCounts = { total: number; byKey: ReadonlyMap<string, number> }

/** How many rows hold a wrap, and how many name each key-encryption key; a text that is no wrap names none. */
export async function countWraps(payload: Payload): Promise<WrapCounts> {
  const byKey = new Map<string, number>()
  let total = 0
  for (const { collection } of WRAPPED_PLACES) {
    for await (const { wrapped } of readPages<WrappedRow>({ payload, collection, select: { wrapped: true } })) {
      total += 1
      const keyId = nameOf(wrapped)
      if (keyId !== undefined) byKey.set(keyId, (byKey.get(keyId) ?? 0) + 1)
    }
  }
  return { total, byKey }
}

function nameOf(wrapped: string): string | undefined {
  try {
    return parseWrappedKey(wrapped).keyId
  } catch {
    return undefined
  }
}
