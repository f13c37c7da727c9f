import type { Payload } from 'payload'
import { idOf } from '../../access/index.ts'
import type { DocumentId } from '../../access/index.ts'
import { compositionOf } from '../../composition.ts'
import { SERVICE_IDS, stateOfService } from '../../services/index.ts'
import { findEnvironmentKey, listUsableKeys } from '../../vault/index.ts'
import { AGENTS, CALLS, PHONE_NUMBERS } from '../slugs.ts'

/** What a key of a provider keeps running. */
export type KeyImpact = {
  /** Agents that use the provider, or that a number of that carrier leads to. */
  agents: { id: DocumentId; name: string }[]
  /** Numbers of that carrier, and numbers that lead to an agent that uses the provider. */
  numbers: { id: DocumentId; number: string }[]
  /** Services that are ready now and would not be without the key. */
  services: { id: string; name: string }[]
  /** Calls that run now, on any node, and use the provider. They keep what they opened until they end. */
  liveCalls: number
}

type FindOptions = { payload: Payload; tenant: DocumentId; provider: string }

type Choice = { provider?: string | null } | null
type AgentDoc = { id: DocumentId; name?: string | null; tools?: Choice[] | null } & Partial<
  Record<'stt' | 'llm' | 'tts', Choice>
>
type NumberDoc = { id: DocumentId; number?: string | null; provider?: string | null; agent?: unknown }
type CallDoc = { provider?: string | null; agent?: unknown }

/** Of calls that have not ended. */
const LIVE_STATUSES = ['queued', 'ringing', 'in-progress']

/** What stops when a tenant's key of a provider goes. */
export async function findImpact(options: FindOptions): Promise<KeyImpact> {
  const { payload, tenant, provider } = options
  // A key of the environment steps in where one of the vault goes: nothing stops.
  if (await findEnvironmentKey(options)) return { agents: [], numbers: [], services: [], liveCalls: 0 }
  const ofTenant = { overrideAccess: true, depth: 0, pagination: false, where: { tenant: { equals: tenant } } } as const
  const agents = (await payload.find({ ...ofTenant, collection: AGENTS })).docs as AgentDoc[]
  const numbers = (await payload.find({ ...ofTenant, collection: PHONE_NUMBERS })).docs as NumberDoc[]

  const using = idsOf(agents.filter((agent) => usesProvider(agent, provider)))
  const stopped = numbers.filter((number) => number.provider === provider || using.has(String(idOf(number.agent))))
  const answering = new Set(
    numbers.filter((number) => number.provider === provider).map(({ agent }) => String(idOf(agent))),
  )
  return {
    agents: agents
      .filter(({ id }) => using.has(String(id)) || answering.has(String(id)))
      .map(({ id, name }) => ({ id, name: name ?? 'Unnamed agent' })),
    numbers: stopped.map(({ id, number }) => ({ id, number: number ?? '' })),
    services: await findServices(options),
    liveCalls: await countLiveCalls({ ...options, using }),
  }
}

/** Whether anything at all depends on the key. */
export const hasImpact = ({ agents, numbers, services, liveCalls }: KeyImpact): boolean =>
  agents.length + numbers.length + services.length + liveCalls > 0

const idsOf = (docs: readonly { id: DocumentId }[]): ReadonlySet<string> => new Set(docs.map(({ id }) => String(id)))

/** A fallback alone does not make an agent stop. */
const usesProvider = ({ stt, llm, tts, tools }: AgentDoc, provider: string): boolean =>
  [stt, llm, tts, ...(tools ?? [])].some((choice) => choice?.provider === provider)

async function findServices({ payload, tenant, provider }: FindOptions): Promise<KeyImpact['services']> {
  const { registry } = compositionOf(payload)
  const keys = await listUsableKeys({ payload, tenant })
  const rest = keys.filter((key) => key.provider !== provider)
  return SERVICE_IDS.flatMap((service) => {
    const before = stateOfService({ registry, service, keys })
    const after = stateOfService({ registry, service, keys: rest })
    return before.ready && !after.ready ? [{ id: service, name: before.name }] : []
  })
}

/** By the open records, which every node keeps; one that died closes within half a minute. */
async function countLiveCalls({
  payload,
  tenant,
  provider,
  using,
}: FindOptions & { using: ReadonlySet<string> }): Promise<number> {
  const { docs } = await payload.find({
    collection: CALLS,
    overrideAccess: true,
    depth: 0,
    pagination: false,
    select: { provider: true, agent: true },
    where: { and: [{ tenant: { equals: tenant } }, { status: { in: LIVE_STATUSES } }] },
  })
  const uses = (call: CallDoc) => call.provider === provider || using.has(String(idOf(call.agent)))
  return (docs as CallDoc[]).filter(uses).length
}
