import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import { PHONE_NUMBERS } from '../collections/slugs.ts'

export type NumberRoute = { phoneNumber: DocumentId; agent: DocumentId | undefined }

/**
 * Which agent answers a number.
 * @param options.number E.164
 * @returns undefined when the tenant has no such number at that carrier
 */
export async function findAgentForNumber({
  payload,
  tenant,
  provider,
  number,
}: {
  payload: Payload
  tenant: DocumentId
  provider: string
  number: string
}): Promise<NumberRoute | undefined> {
  const { docs } = await payload.find({
    collection: PHONE_NUMBERS,
    overrideAccess: true,
    depth: 0,
    limit: 1,
    pagination: false,
    where: { tenant: { equals: tenant }, provider: { equals: provider }, number: { equals: number } },
  })
  const found = docs[0] as { id: DocumentId; agent?: DocumentId | { id: DocumentId } | null } | undefined
  if (!found) return undefined
  const agent = typeof found.agent === 'object' && found.agent !== null ? found.agent.id : found.agent
  return { phoneNumber: found.id, agent: agent ?? undefined }
}
