import type { Capability, ProviderManifest } from '../provider-kit/index.ts'
import type { Registry } from '../registry/index.ts'

/** Where people enter their keys. */
export const SETUP_URL = '/admin/settings/api-keys'

/** One of the providers that have the capability; `any` is met by every provider. */
export type Requirement = Capability | 'any'

export type Service = {
  id: string
  name: string
  /** One sentence: what it does for a workspace. */
  description: string
  /** Its own work comes with a later version; what it needs can be made ready before. */
  isPlanned: boolean
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
  'ai-calling': {
    name: 'AI calling',
    description: 'Agents that answer your phone: they listen, think and speak.',
    isPlanned: false,
    requires: ['stt', 'llm', 'tts', 'telephony'],
  },
  'calling-operations': {
    name: 'Calling operations',
    description: 'Your numbers at their carrier, and every call with what was said and why it ended.',
    isPlanned: false,
    requires: ['telephony'],
  },
  'voice-cloning': {
    name: 'Voice cloning',
    description: 'A voice of your own for your agents, made from recordings.',
    isPlanned: true,
    requires: ['voice-cloning'],
  },
  'data-scraper': {
    name: 'Data scraper',
    description: 'Businesses with their numbers and addresses, found on the map.',
    isPlanned: true,
    requires: ['maps-search'],
  },
  'email-agents': {
    name: 'E-mail agents',
    description: 'Agents that answer your mail.',
    isPlanned: true,
    requires: ['llm'],
  },
  'content-writing': {
    name: 'Content writing',
    description: 'Texts in the voice of your house, with facts from the web where you have a key for them.',
    isPlanned: true,
    requires: ['llm'],
    optional: ['web-search'],
  },
  analytics: {
    name: 'Analytics',
    description: 'What your agents do, how well, and what it costs.',
    isPlanned: true,
    requires: ['any'],
  },
}

export const isServiceId = (text: string): text is ServiceId => (SERVICE_IDS as readonly string[]).includes(text)

export const serviceOf = (id: ServiceId): Service => ({ id, ...SERVICES[id] })

/** Every service, in the order in which people see them. */
export const listServices = (): Service[] => SERVICE_IDS.map(serviceOf)

/** The providers that can meet a requirement. */
export const candidatesFor = (registry: Registry, requirement: Requirement): readonly ProviderManifest[] =>
  requirement === 'any' ? registry.list().filter(({ id }) => !registry.isOff(id)) : registry.withCapability(requirement)

/** Ids of the services that a provider's key can help to run; `analytics`, which takes any, says nothing and is left out. */
export const servicesThatNeed = (registry: Registry, providerId: string): ServiceId[] =>
  SERVICE_IDS.filter((id) =>
    SERVICES[id].requires.some(
      (requirement) =>
        requirement !== 'any' && candidatesFor(registry, requirement).some((manifest) => manifest.id === providerId),
    ),
  )
