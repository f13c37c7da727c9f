import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import { AGENTS, PHONE_NUMBERS } from '../collections/slugs.ts'

type Stored = { kind?: string | null; _status?: string | null; variables?: { name?: string | null }[] | null }

/** What must be known of an agent before it calls somebody. */
export type CallableAgent = {
  /** Published, and a voice agent. */
  isCallable: boolean
  /** Names of the prompt's own variables. */
  variables: string[]
}

/** @returns undefined when the tenant has no such agent */
export async function findCallableAgent({
  payload,
  tenant,
  agent,
}: {
  payload: Payload
  tenant: DocumentId
  agent: DocumentId
}): Promise<CallableAgent | undefined> {
  const { docs } = await payload.find({
    collection: AGENTS,
    // Who asks was checked by the endpoint; the tenant in the query is the rule.
    overrideAccess: true,
    draft: false,
    depth: 0,
    limit: 1,
    pagination: false,
    select: { kind: true, _status: true, variables: true },
    where: { and: [{ id: { equals: agent } }, { tenant: { equals: tenant } }] },
  })
  const [found] = docs as unknown as Stored[]
  if (!found) return undefined
  return {
    isCallable: found.kind === 'voice' && found._status === 'published',
    variables: (found.variables ?? []).flatMap(({ name }) => (name ? [name] : [])),
  }
}

/** A number of the tenant as it can call from it. */
export type OwnNumber = { id: DocumentId; number: string; provider: string; isAgents: boolean }

/** Every number of a tenant, those of an agent first. */
export async function listOwnNumbers({
  payload,
  tenant,
  agent,
}: {
  payload: Payload
  tenant: DocumentId
  agent: DocumentId
}): Promise<OwnNumber[]> {
  const { docs } = await payload.find({
    collection: PHONE_NUMBERS,
    overrideAccess: true,
    depth: 0,
    limit: MOST_NUMBERS,
    sort: 'createdAt',
    where: { tenant: { equals: tenant } },
  })
  const numbers = (docs as unknown as (Omit<OwnNumber, 'isAgents'> & { agent?: DocumentId | null })[]).map(
    ({ id, number, provider, agent: owner }) => ({ id, number, provider, isAgents: String(owner) === String(agent) }),
  )
  return [...numbers.filter(({ isAgents }) => isAgents), ...numbers.filter(({ isAgents }) => !isAgents)]
}

const MOST_NUMBERS = 5_000
