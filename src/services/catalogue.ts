import type { Capability, ProviderManifest } from '../provider-kit/index.ts'
import type { Registry } from '../registry/index.ts'

/** Where people enter their keys. */
export const SETUP_URL = '/admin/settings/api-keys'

/** One of the providers that have the capability; `any` is met by every provider. */
export type Requirement = Capability | 'any'

export type Service = {
  id: string
  name: string
  /** Every one of them must be met. */
  requires: readonly Requirement[]
  /** Used where a key is there, never waited for. */
  optional?: readonly Capability[]
}

export const SERVICE_IDS = [
  'ai-calling',
  'calling-operations',
  'voice-cloning',
  'data-scraper',
  'email-agents',
  'content-writing',
  'analytics',
] as const
export type ServiceId = (typeof SERVICE_IDS)[number]

/** What the product does for a tenant, and which capabilities each part of it buys with the tenant's keys. */
export const SERVICES: Readonly<Record<ServiceId, Omit<Service, 'id'>>> = {
  'ai-calling': { name: 'AI calling', requires: ['stt', 'llm', 'tts', 'telephony'] },
  'calling-operations': { name: 'Calling operations', requires: ['telephony'] },
  'voice-cloning': { name: 'Voice cloning', requires: ['voice-cloning'] },
  'data-scraper': { name: 'Data scraper', requires: ['maps-search'] },
  'email-agents': { name: 'E-mail agents', requires: ['llm'] },
  'content-writing': { name: 'Content writing', requires: ['llm'], optional: ['web-search'] },
  analytics: { name: 'Analytics', requires: ['any'] },
}

export const isServiceId = (text: string): text is ServiceId => (SERVICE_IDS as readonly string[]).includes(text)

export const serviceOf = (id: ServiceId): Service => ({ id, ...SERVICES[id] })

/** Every service, in the order in which people see them. */
export const listServices = (): Service[] => SERVICE_IDS.map(serviceOf)

/** The providers that can meet a requirement. */
export const candidatesFor = (registry: Registry, requirement: Requirement): readonly ProviderManifest[] =>
  requirement === 'any' ? registry.list() : registry.withCapability(requirement)

/** Ids of the services that a provider's key can help to run; `analytics`, which takes any, says nothing and is left out. */
export const servicesThatNeed = (registry: Registry, providerId: string): ServiceId[] =>
  SERVICE_IDS.filter((id) =>
    SERVICES[id].requires.some(
      (requirement) =>
        requirement !== 'any' && candidatesFor(registry, requirement).some((manifest) => manifest.id === providerId),
    ),
  )
