import type { PayloadRequest } from 'payload'
import type { Registry } from '../../registry/index.ts'

/** The provider that the path of a request names. */
export const providerOf = (req: PayloadRequest): string => String(req.routeParams?.provider ?? '')

/** How people call a provider. A key outlives its plugin, and is then called by its id. */
export const nameOfProvider = (registry: Registry, provider: string): string =>
  registry.has(provider) ? registry.get(provider).name : provider.slice(0, 50)
