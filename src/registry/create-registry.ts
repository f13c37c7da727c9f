import { parseEndpoint } from '../net/index.ts'
import { ProviderError } from '../provider-kit/index.ts'
import type { Capability, ProviderContext, ProviderManifest } from '../provider-kit/index.ts'
import { RegistryError } from './registry-error.ts'
import { validateManifest } from './validate-manifest.ts'

/** Capabilities that a plugin brings a factory for, and under which name. */
const FACTORIES = {
  stt: 'stt',
  llm: 'llm',
  tts: 'tts',
  telephony: 'telephony',
  'web-search': 'webSearch',
  'maps-search': 'mapsSearch',
} as const satisfies Partial<Record<Capability, keyof ProviderManifest>>
type FactoryName = (typeof FACTORIES)[keyof typeof FACTORIES]

/** A manifest that has the factory that was asked for. */
export type ProviderWith<Key extends FactoryName> = ProviderManifest & Required<Pick<ProviderManifest, Key>>

export type Registry = {
  /** Every provider, in the order of the list. */
  list(): readonly ProviderManifest[]
  has(id: string): boolean
  /** @throws RegistryError `unknown_provider` */
  get(id: string): ProviderManifest
  /** @throws RegistryError `unknown_provider` or `missing_capability` */
  require<Key extends FactoryName>(id: string, capability: Key): ProviderWith<Key>
  /** Those that can do it and are not off: first those whose first kind it is, then those that can do it besides. */
  withCapability(capability: Capability): readonly ProviderManifest[]
  /** Whether the operator would have to name the provider in `PROVIDERS_ENABLED` for tenants to use it. */
  isOff(id: string): boolean
  capabilitiesOf(id: string): readonly Capability[]
  /**
   * What a factory needs for one use: the credentials, and the origins with the operator's base URL applied. Where the
   * tenant chose the address itself, its requests leave through `fetch`, which asks for each whether that is allowed.
   */
  contextFor(id: string, credentials: Record<string, string>): ProviderContext
  /** What is wrong with the address that credentials name, a sentence for a person; undefined where nothing is. */
  findAddressProblem(id: string, credentials: Record<string, string>): Promise<string | undefined>
}

/** Which addresses tenants may choose, and how requests get there. */
export type EndpointGuard = {
  isAllowed(address: string): Promise<boolean>
  fetchFor(options: { provider: string; address: string }): typeof globalThis.fetch
}

type CreateRegistryOptions = {
  providers: readonly ProviderManifest[]
  /** Provider id → the one origin that replaces all of that provider's (`<PROVIDER>_BASE_URL`). */
  baseUrls?: Readonly<Record<string, string>>
  /** Ids of providers that are off by default and are offered here. */
  enabled?: readonly string[]
  /** For providers whose address a tenant chooses; without it no such address is allowed. */
  endpoints?: EndpointGuard
}

const NO_ENDPOINTS: EndpointGuard = {
  isAllowed: async () => false,
  fetchFor:
    ({ provider }) =>
    () =>
      Promise.reject(new ProviderError({ provider, kind: 'limited', message: 'No address is allowed here.' })),
}

/**
 * Validates the plugins and hands them out by id and by capability.
 * @throws RegistryError at boot when a plugin is wrong, so that no call finds out
 */
export function createRegistry({
  providers,
  baseUrls = {},
  enabled = [],
  endpoints = NO_ENDPOINTS,
}: CreateRegistryOptions): Registry {
  const byId = new Map<string, ProviderManifest>()
  for (const manifest of providers) {
    validateManifest(manifest)
    if (byId.has(manifest.id)) throw new RegistryError('duplicate_id', manifest.id)
    byId.set(manifest.id, manifest)
  }

  const stranger = enabled.find((id) => !byId.has(id))
  if (stranger !== undefined) throw new RegistryError('unknown_enabled', stranger)

  const get = (id: string): ProviderManifest => {
    const manifest = byId.get(id)
    if (!manifest) throw new RegistryError('unknown_provider', id)
    return manifest
  }

  const capabilitiesOf = (id: string): readonly Capability[] => {
    const manifest = get(id)
    const made = (Object.keys(FACTORIES) as (keyof typeof FACTORIES)[]).filter((name) => manifest[FACTORIES[name]])
    return [...made, ...(manifest.capabilities ?? [])]
  }

  const isOff = (id: string): boolean => get(id).isOffByDefault === true && !enabled.includes(id)

  return {
    list: () => [...byId.values()],
    has: (id) => byId.has(id),
    get,
    require(id, capability) {
      const manifest = get(id)
      if (!manifest[capability]) throw new RegistryError('missing_capability', `${id} has no ${capability}`)
      return manifest as ProviderWith<typeof capability>
    },
    withCapability(capability) {
      const able = [...byId.values()].filter(({ id }) => !isOff(id) && capabilitiesOf(id).includes(capability))
      const isFirst = ({ kinds }: ProviderManifest) => kinds[0] === capability
      return [...able.filter(isFirst), ...able.filter((manifest) => !isFirst(manifest))]
    },
    isOff,
    capabilitiesOf,
    contextFor(id, credentials) {
      const manifest = get(id)
      const override = baseUrls[id]
      const names = Object.keys(manifest.origins)
      const pointAt = (origin: string) => Object.fromEntries(names.map((name) => [name, origin]))
      if (manifest.addressCredential === undefined) {
        return { credentials, origins: override ? pointAt(override) : manifest.origins }
      }
      const given = credentials[manifest.addressCredential] ?? ''
      const { address } = parseEndpoint(given)
      if (override) return { credentials, origins: pointAt(`${override}${pathOf(address)}`) }
      return {
        credentials,
        origins: pointAt(address ?? NOWHERE),
        fetch: endpoints.fetchFor({ provider: id, address: given }),
      }
    },
    async findAddressProblem(id, credentials) {
      const { addressCredential, name } = get(id)
      if (addressCredential === undefined || baseUrls[id]) return undefined
      const { address, problem } = parseEndpoint(credentials[addressCredential] ?? '')
      if (address === undefined) return problem
      if (await endpoints.isAllowed(address)) return undefined
      return `${name} can only use addresses that a platform admin allowed, and this is none of them. Ask your platform admin to allow it.`
    },
  }
}

/** Resolves to nothing: an address that is none, for a plugin that does not use the context's `fetch`. */
const NOWHERE = 'http://not-allowed.invalid'

const pathOf = (address: string | undefined): string =>
  address === undefined ? '' : new URL(address).pathname.replace(/\/$/, '')
