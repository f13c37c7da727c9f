import { KIND_ORDER } from './words.ts'
import type { ProviderInfo } from './types.ts'

/** Providers by what they are for, in the order in which a call meets them, then by name. */
export const sortProviders = (providers: readonly ProviderInfo[]): ProviderInfo[] =>
  [...providers].sort((one, other) => rankOf(one) - rankOf(other) || one.name.localeCompare(other.name))

const rankOf = ({ kinds }: ProviderInfo): number => Math.min(...kinds.map((kind) => KIND_ORDER.indexOf(kind)))
