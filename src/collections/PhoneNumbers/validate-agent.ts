import type { RelationshipFieldSingleValidation } from 'payload'
import { idOf } from '../../access/index.ts'
import { AGENTS } from '../slugs.ts'

const NO_AGENT = 'There is no such agent in this workspace.'

/** Checks that the agent is a voice agent of the number's own workspace; another's counts as none. */
export const validateAgent: RelationshipFieldSingleValidation = async (value, { data, req }) => {
  if (value === null || value === undefined) return true
  const agent = idOf(value)
  const tenant = idOf((data as { tenant?: unknown } | undefined)?.tenant)
  if (agent === undefined || tenant === undefined) return NO_AGENT
  const { docs } = await req.payload.find({
    collection: AGENTS,
    // The rule is about the number's tenant and holds for everybody who writes, the server included.
    overrideAccess: true,
    where: { and: [{ id: { equals: agent } }, { tenant: { equals: tenant } }] },
    select: { kind: true },
    depth: 0,
    limit: 1,
    pagination: false,
    req,
  })
  const [found] = docs as { kind?: string }[]
  if (!found) return NO_AGENT
  return found.kind === 'voice' || 'Only a voice agent can answer a number.'
}
