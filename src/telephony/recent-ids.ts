/** Remembers ids for a while, so that what a carrier delivers twice has one effect. */
export type RecentIds = {
  /** Notes the id. @returns false when it was noted before and has not been forgotten */
  add(id: string): boolean
  /** Whether it was noted and has not been forgotten. */
  has(id: string): boolean
}

/**
 * @param options.lifetimeMs how long an id is remembered; longer than a signature stays valid
 * @param options.capacity ids kept at most, the oldest go first
 */
export function createRecentIds({
  lifetimeMs,
  capacity,
  now = Date.now,
}: {
  lifetimeMs: number
  capacity: number
  now?: () => number
}): RecentIds {
  const seen = new Map<string, number>()
  const has = (id: string) => {
    const former = seen.get(id)
    return former !== undefined && now() - former < lifetimeMs
  }
  return {
    has,
    add(id) {
      if (has(id)) return false
      const time = now()
      seen.delete(id)
      seen.set(id, time)
      for (const [oldest, since] of seen) {
        if (seen.size <= capacity && time - since < lifetimeMs) break
        seen.delete(oldest)
      }
      return true
    },
  }
}
