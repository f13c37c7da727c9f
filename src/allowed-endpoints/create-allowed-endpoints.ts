import type { Agent } from 'undici'
import { isWithinEndpoint, parseEndpoint } from '../net/index.ts'
import type { Resolve } from '../net/guarded-lookup.ts'
import { createEndpointAgent } from './create-endpoint-agent.ts'
import { createEndpointFetch } from './create-endpoint-fetch.ts'

type Options = {
  /** How old the list may be, in ms: for ever where no other process can change it. */
  maxAgeMs: number
  resolve?: Resolve
}

/** The addresses of servers that a platform admin lets tenants use, as this process knows them. */
export type AllowedEndpoints = {
  /** Names where the list is read. Until then nothing is allowed. */
  bind(load: () => Promise<readonly string[]>): void
  /** Takes over a changed list: requests to what is no longer on it are cut off. */
  replace(addresses: readonly string[]): void
  /** Whether an address lies at or below one of the list. Any text may be asked for. */
  isAllowed(address: string): Promise<boolean>
  /** `fetch` to one address of a tenant's choice. */
  fetchFor(options: { provider: string; address: string }): typeof globalThis.fetch
}

/** Keeps the list in memory, so that nothing is looked up in the middle of a call. */
export function createAllowedEndpoints({ maxAgeMs, resolve }: Options): AllowedEndpoints {
  let load: (() => Promise<readonly string[]>) | undefined
  let allowed: readonly string[] = []
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined
  /** Counts the lists that were taken over: a read that began before the last of them is older than it. */
  let taken = 0
  let agent: Agent | undefined
  /** One for each address in use; aborted when it is withdrawn. */
  const withdrawals = new Map<string, AbortController>()

  const covers = (address: string): boolean => allowed.some((entry) => isWithinEndpoint({ address, allowed: entry }))

  const replace = (addresses: readonly string[]) => {
    allowed = addresses.flatMap((text) => parseEndpoint(text).address ?? [])
    readAt = performance.now()
    taken++
    for (const [address, controller] of withdrawals) {
      if (covers(address)) continue
      withdrawals.delete(address)
      controller.abort()
    }
  }

  const refresh = (): Promise<void> => {
    reading ??= (async () => {
      const before = taken
      try {
        const addresses = (await load?.()) ?? []
        if (taken === before) replace(addresses)
      } finally {
        reading = undefined
      }
    })()
    return reading
  }

  const isAllowed = async (text: string): Promise<boolean> => {
    const { address } = parseEndpoint(text)
    if (address === undefined) return false
    if (performance.now() - readAt > maxAgeMs || readAt === Number.NEGATIVE_INFINITY) await refresh()
    return covers(address)
  }

  const admit = async (address: string): Promise<AbortSignal | undefined> => {
    // In the turn of the answer: a withdrawal from here on finds the controller.
    if (!(await isAllowed(address)) || !covers(address)) return undefined
    const controller = withdrawals.get(address) ?? new AbortController()
    withdrawals.set(address, controller)
    return controller.signal
  }

  return {
    bind(loader) {
      load = loader
      readAt = Number.NEGATIVE_INFINITY
    },
    replace,
    isAllowed,
    fetchFor({ provider, address }) {
      agent ??= createEndpointAgent({ resolve })
      return createEndpointFetch({ provider, address, dispatcher: agent, admit })
    },
  }
}
