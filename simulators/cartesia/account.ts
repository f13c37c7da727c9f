import type { CartesiaSimulatedKey } from './types.ts'

export type Account = {
  key: string
  ownVoices: readonly string[]
  /** Books characters; false when there are not enough left. */
  spend(characters: number): boolean
  /** Takes one of the places of the plan; false when all are taken. */
  enter(): boolean
  leave(): void
}

export const createAccount = (
  key: string,
  { credits = 100_000, concurrency = 15, ownVoices = [] }: CartesiaSimulatedKey,
): Account => {
  let left = credits
  let active = 0
  return {
    key,
    ownVoices,
    spend(characters) {
      if (characters > left) return false
      left -= characters
      return true
    },
    enter() {
      if (active >= concurrency) return false
      active++
      return true
    },
    leave() {
      active--
    },
  }
}
