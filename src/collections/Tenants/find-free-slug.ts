import { randomBytes } from 'node:crypto'
import type { Payload } from 'payload'
import { TENANTS } from '../slugs.ts'
import { toTenantSlug } from './tenant-slug.ts'

const NUMBERED = [2, 3, 4, 5, 6, 7, 8, 9]

/**
 * A slug that no tenant has at this moment: made from the name, then numbered, then with random letters. The unique
 * index has the last word; who loses a race asks again.
 */
export async function findFreeSlug({ payload, name }: { payload: Payload; name: string }): Promise<string> {
  const base = toTenantSlug(name)
  const candidates = [base, ...NUMBERED.map((number) => `${base}-${number}`)]
  const { docs } = await payload.find({
    collection: TENANTS,
    overrideAccess: true,
    depth: 0,
    pagination: false,
    where: { slug: { in: candidates } },
  })
  const taken = new Set(docs.map(({ slug }) => slug))
  return candidates.find((candidate) => !taken.has(candidate)) ?? `${base}-x${randomBytes(4).toString('hex')}`
}
