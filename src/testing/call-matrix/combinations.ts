import { providers } from '../../../plugins/index.ts'
import { createRegistry } from '../../registry/index.ts'
import type { Registry } from '../../registry/index.ts'

/** Who transcribes, thinks and speaks in one call, by the providers' ids. */
export type Combination = { stt: string; llm: string; tts: string }

export const ROLES = ['stt', 'llm', 'tts'] as const
export type Role = (typeof ROLES)[number]

/** Ids of the providers that are off unless the operator names them. */
export const OFF_BY_DEFAULT: readonly string[] = providers
  .filter(({ isOffByDefault }) => isOffByDefault)
  .map(({ id }) => id)

/** Every provider that Patchbay knows, those that are off by default among them. */
export const createFullRegistry = (): Registry => createRegistry({ providers, enabled: OFF_BY_DEFAULT })

/** Ids of the providers that can do each of a call's three parts. */
export const listCandidates = (registry: Registry): Record<Role, string[]> => {
  const idsOf = (role: Role) => registry.withCapability(role).map(({ id }) => id)
  return { stt: idsOf('stt'), llm: idsOf('llm'), tts: idsOf('tts') }
}

/** Each choice of three once. */
export const listCombinations = ({ stt, llm, tts }: Record<Role, readonly string[]>): Combination[] =>
  stt.flatMap((ear) => llm.flatMap((mind) => tts.map((mouth) => ({ stt: ear, llm: mind, tts: mouth }))))

/** As few choices as have every provider of every part in at least one. */
export const coverCandidates = (candidates: Record<Role, readonly string[]>): Combination[] => {
  const count = Math.max(...ROLES.map((role) => candidates[role].length))
  const pick = (role: Role, index: number) => candidates[role][index % candidates[role].length] as string
  return Array.from({ length: count }, (_, index) => ({
    stt: pick('stt', index),
    llm: pick('llm', index),
    tts: pick('tts', index),
  }))
}
