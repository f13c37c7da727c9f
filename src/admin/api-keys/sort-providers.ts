import { KIND_ORDER } from './words.ts'
import type { ProviderInfo } from './types.ts'

/**
 * Providers as people look for them: those with a key first, then by what they are for, in the order in which a call
 * meets them, then by name.
 * @param options.withKey ids of providers with a key when the page was opened: a card keeps its place while one works on it
 */
export const sortProviders = ({
  providers,
  withKey,
}: {
  providers: readonly ProviderInfo[]
  withKey: ReadonlySet<string>
}): ProviderInfo[] =>
  [...providers].sort(
    (one, other) =>
      Number(withKey.has(other.id)) - Number(withKey.has(one.id)) ||
      rankOf(one) - rankOf(other) ||
      one.name.localeCompare(other.name),
  )

const rankOf = ({ kinds }: ProviderInfo): number => Math.min(...kinds.map((kind) => KIND_ORDER.indexOf(kind)))
