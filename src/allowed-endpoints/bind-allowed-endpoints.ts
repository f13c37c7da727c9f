import type { Payload, PayloadRequest } from 'payload'
import { ALLOWED_ENDPOINTS } from '../collections/slugs.ts'
import { compositionOf } from '../composition.ts'

/** How old a node's copy of the list may be where other nodes change it too, in ms. */
const SHARED_AGE_MS = 3000

/** How old a process's copy of the list may be: an embedded database has one process, which sees every change. */
export const allowListAgeOf = (databaseUri: string): number =>
  databaseUri.startsWith('file:') ? Number.POSITIVE_INFINITY : SHARED_AGE_MS

/** Every allowed address. @param options.req of the change that is being made, so that it is seen */
export async function readAllowedEndpoints({
  payload,
  req,
}: {
  payload: Payload
  req?: PayloadRequest
}): Promise<string[]> {
  const { docs } = await payload.find({
    collection: ALLOWED_ENDPOINTS,
    pagination: false,
    depth: 0,
    overrideAccess: true,
    req,
  })
  return docs.map((doc) => String((doc as { address?: unknown }).address ?? ''))
}

/** Lets the product's list of allowed addresses be read from its database. */
export function bindAllowedEndpoints(payload: Payload): void {
  compositionOf(payload).allowedEndpoints.bind(() => readAllowedEndpoints({ payload }))
}
