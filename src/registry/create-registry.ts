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
  /** What a factory needs for one use: the credentials, and the origins with the operator's base URL applied. */
  contextFor(id: string, credentials: Record<string, string>): ProviderContext
}

type CreateRegistryOptions = {
  providers: readonly ProviderManifest[]
  /** Provider id → the one origin that replaces all of that provider's (`<PROVIDER>_BASE_URL`). */
  baseUrls?: Readonly<Record<string, string>>
  /** Ids of providers that are off by default and are offered here. */
  enabled?: readonly string[]
}

/**
 * Validates the plugins and hands them out by id and by capability.
 * @throws RegistryError at boot when a plugin is wrong, so that no call finds out
 */
export function createRegistry({ providers, baseUrls = {}, enabled = [] }: CreateRegistryOptions): Registry {
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
      const origins = override
        ? Object.fromEntries(Object.keys(manifest.origins).map((name) => [name, override]))
        : manifest.origins
      return { credentials, origins }
    },
  }
}
