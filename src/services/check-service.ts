import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import { compositionOf } from '../composition.ts'
import type { Registry } from '../registry/index.ts'
import { listUsableKeys } from '../vault/index.ts'
import type { KeyRecord } from '../vault/index.ts'
import { SETUP_URL, candidatesFor, serviceOf } from './catalogue.ts'
import type { Requirement, ServiceId } from './catalogue.ts'
import { reasonBlocked } from './key-usability.ts'
import type { BlockedReason } from './key-usability.ts'

export type BlockedKey = { provider: string; reason: BlockedReason }

/** How one requirement of a service stands. */
export type ServiceNeed = {
  requirement: Requirement
  /** Providers of which one is enough; empty where none is installed. */
  anyOf: string[]
  isMet: boolean
  /** The keys that are there for it and do not serve; empty where it is met. */
  blocked: BlockedKey[]
}

/** Whether a tenant can use a service now, and what to do where it cannot. */
export type ServiceState = {
  id: ServiceId
  name: string
  description: string
  /** Its own work comes with a later version; its keys can be made ready before. */
  isPlanned: boolean
  /** What a provider must be able to do for it; every one of them must be met. */
  requires: readonly Requirement[]
  /** What it also uses where a key is there. */
  optional: readonly Requirement[]
  ready: boolean
  /** Every requirement, in order, with how it stands. */
  needs: ServiceNeed[]
  /** For each requirement without any key: the providers of which one is enough. */
  missing: { anyOf: string[] }[]
  /** Keys that are there and do not serve, where no other key does in their place. */
  blocked: BlockedKey[]
  setupUrl: string
}

type StateOptions = {
  registry: Registry
  service: ServiceId
  keys: readonly KeyRecord[]
  /** The chosen provider for a requirement; any with the capability otherwise. */
  providers?: Partial<Record<Requirement, string>>
  /** What is needed this time, in the order in which it is told; everything that the service requires by default. */
  requires?: readonly Requirement[]
}

/** The state of a service for a tenant with these keys. */
export function stateOfService({ registry, service, keys, providers = {}, ...options }: StateOptions): ServiceState {
  const { name, description, isPlanned, optional = [], ...known } = serviceOf(service)
  const requires = options.requires ?? known.requires
  const needs = requires.map((requirement): ServiceNeed => {
    const chosen = providers[requirement]
    const anyOf = chosen === undefined ? candidatesFor(registry, requirement).map(({ id }) => id) : [chosen]
    const held = keys.filter(({ provider }) => anyOf.includes(provider))
    const blocked = held.flatMap((key) => {
      const reason = reasonBlocked({ key, requirement })
      return reason === undefined ? [] : [{ provider: key.provider, reason }]
    })
    const isMet = blocked.length < held.length
    return { requirement, anyOf, isMet, blocked: isMet ? [] : blocked }
  })
  const open = needs.filter(({ isMet }) => !isMet)
  const blocked = new Map(open.flatMap((need) => need.blocked).map((key) => [key.provider, key]))
  return {
    id: service,
    name,
    description,
    isPlanned,
    requires,
    optional,
    needs,
    ready: open.length === 0,
    missing: open.filter((need) => need.blocked.length === 0).map(({ anyOf }) => ({ anyOf })),
    blocked: [...blocked.values()],
    setupUrl: SETUP_URL,
  }
}

type CheckOptions = { payload: Payload; tenant: DocumentId } & Pick<StateOptions, 'service' | 'providers' | 'requires'>

/** Reads the tenant's keys (no secret is opened) and tells whether a service can run. */
export async function checkService({ payload, tenant, ...options }: CheckOptions): Promise<ServiceState> {
  const keys = await listUsableKeys({ payload, tenant })
  return stateOfService({ registry: compositionOf(payload).registry, keys, ...options })
}
