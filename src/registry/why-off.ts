import type { Registry } from './create-registry.ts'

/**
 * Why a provider is not offered here, as a sentence for a person; undefined where it is, or where no plugin has the id.
 */
export function whyOff(registry: Registry, id: string): string | undefined {
  if (!registry.has(id) || !registry.isOff(id)) return undefined
  const { name, sunset } = registry.get(id)
  return sunset?.message ?? `${name} is not offered on this server.`
}
