import type { Payload } from 'payload'
import { idOf } from '../../access/index.ts'
import type { DocumentId } from '../../access/index.ts'
import { compositionOf } from '../../composition.ts'
import { SERVICE_IDS, stateOfService } from '../../services/index.ts'
import { listKeyRecords } from '../../vault/index.ts'
import { AGENTS, PHONE_NUMBERS } from '../slugs.ts'

export type Dependent = { id: DocumentId; name: string }
export type Dependents = {
  /** Agents that use the provider, or that a number of that carrier leads to. */
  agents: Dependent[]
  /** Services that are ready now and would not be without the key. */
  services: Dependent[]
}

type FindOptions = { payload: Payload; tenant: DocumentId; provider: string }

type AgentDoc = { id: DocumentId; name?: string | null } & Partial<
  Record<'stt' | 'llm' | 'tts', { provider?: string | null } | null>
>

/** What stops when a tenant's key of a provider goes. */
export async function findDependents(options: FindOptions): Promise<Dependents> {
  return { agents: await findAgents(options), services: await findServices(options) }
}

async function findAgents({ payload, tenant, provider }: FindOptions): Promise<Dependent[]> {
  const ofTenant = { overrideAccess: true, depth: 0, pagination: false, where: { tenant: { equals: tenant } } } as const
  const { docs: numbers } = await payload.find({ ...ofTenant, collection: PHONE_NUMBERS })
  const { docs: agents } = await payload.find({ ...ofTenant, collection: AGENTS })
  const answering = new Set(
    (numbers as { provider?: string; agent?: unknown }[])
      .filter((number) => number.provider === provider)
      .map(({ agent }) => String(idOf(agent))),
  )
  return (agents as AgentDoc[])
    .filter((agent) => usesProvider(agent, provider) || answering.has(String(agent.id)))
    .map(({ id, name }) => ({ id, name: name ?? 'Unnamed agent' }))
}

/** A fallback alone does not make an agent stop. */
const usesProvider = ({ stt, llm, tts }: AgentDoc, provider: string): boolean =>
  [stt, llm, tts].some((choice) => choice?.provider === provider)

async function findServices({ payload, tenant, provider }: FindOptions): Promise<Dependent[]> {
  const { registry } = compositionOf(payload)
  const keys = await listKeyRecords({ payload, tenant })
  const rest = keys.filter((key) => key.provider !== provider)
  return SERVICE_IDS.flatMap((service) => {
    const before = stateOfService({ registry, service, keys })
    const after = stateOfService({ registry, service, keys: rest })
    return before.ready && !after.ready ? [{ id: service, name: before.name }] : []
  })
}
