/** Keeps what providers listed for a short while, so that a form that is opened again does not ask again. */
export type ListCache = {
  /** The list under this name if it is fresh, else what `load` gives; two at once load once. A failure is not kept. */
  get<Item>(name: string, load: () => Promise<readonly Item[]>): Promise<readonly Item[]>
}

type ListCacheOptions = {
  lifetimeMs: number
  /** How many lists are kept; beyond it the oldest goes. */
  capacity: number
  now?(): number
}

/** @param options.lifetimeMs how long a list counts as fresh, in ms */
export function createListCache({ lifetimeMs, capacity, now = Date.now }: ListCacheOptions): ListCache {
  const lists = new Map<string, { list: Promise<readonly unknown[]>; expiresAt: number }>()

  return {
    get<Item>(name: string, load: () => Promise<readonly Item[]>) {
      const known = lists.get(name)
      if (known && known.expiresAt > now()) return known.list as Promise<readonly Item[]>
      const list = load()
      const entry = { list, expiresAt: now() + lifetimeMs }
      lists.delete(name)
      lists.set(name, entry)
      list.catch(() => {
        if (lists.get(name) === entry) lists.delete(name)
      })
      const [oldest] = lists.keys()
      if (lists.size > capacity && oldest !== undefined) lists.delete(oldest)
      return list
    },
  }
}
