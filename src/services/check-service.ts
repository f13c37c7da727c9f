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

/** Whether a tenant can use a service now, and what to do where it cannot. */
export type ServiceState = {
  id: ServiceId
  name: string
  /** What a provider must be able to do for it; every one of them must be met. */
  requires: readonly Requirement[]
  ready: boolean
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
}

/** The state of a service for a tenant with these keys. */
export function stateOfService({ registry, service, keys, providers = {} }: StateOptions): ServiceState {
  const { name, requires } = serviceOf(service)
  const missing: ServiceState['missing'] = []
  const blocked = new Map<string, BlockedKey>()
  for (const requirement of requires) {
    const chosen = providers[requirement]
    const candidates = chosen === undefined ? candidatesFor(registry, requirement).map(({ id }) => id) : [chosen]
    const held = keys.filter(({ provider }) => candidates.includes(provider))
    const reasons = held.map((key) => ({ provider: key.provider, reason: reasonBlocked({ key, requirement }) }))
    if (held.length === 0) missing.push({ anyOf: candidates })
    else if (reasons.every(({ reason }) => reason !== undefined)) {
      for (const { provider, reason } of reasons) if (reason) blocked.set(provider, { provider, reason })
    }
  }
  const ready = missing.length === 0 && blocked.size === 0
  return { id: service, name, requires, ready, missing, blocked: [...blocked.values()], setupUrl: SETUP_URL }
}

type CheckOptions = { payload: Payload; tenant: DocumentId } & Pick<StateOptions, 'service' | 'providers'>

/** Reads the tenant's keys (no secret is opened) and tells whether a service can run. */
export async function checkService({ payload, tenant, service, providers }: CheckOptions): Promise<ServiceState> {
  const keys = await listUsableKeys({ payload, tenant })
  return stateOfService({ registry: compositionOf(payload).registry, service, keys, providers })
}
