import { setImmediate as nextTurn } from 'node:timers/promises'

/** Part of every process and of the test runner's own doing. */
const NOT_OURS = new Set(['PipeWrap', 'TTYWrap', 'Immediate', 'TickObject', 'MessagePort', 'FSReqCallback'])
/** A closed connection needs some turns of the event loop until the system lets it go. */
const PATIENCE_MS = 2000

const countResources = (): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const name of process.getActiveResourcesInfo()) {
    if (!NOT_OURS.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}

const countListeners = (): Map<string, number> =>
  new Map(process.eventNames().map((name) => [`process listener ${String(name)}`, process.listenerCount(name)]))

const count = () => new Map([...countResources(), ...countListeners()])

const findMore = (before: ReadonlyMap<string, number>): string[] =>
  [...count()].flatMap(([name, number]) => {
    const more = number - (before.get(name) ?? 0)
    return more > 0 ? [`${more} ${name}`] : []
  })

/**
 * Remembers what keeps the process alive, and tells later what came to it: timers, sockets, servers, listeners.
 * @returns a function that waits until nothing is left, and names what stays: `['1 Timeout']`
 */
export function watchProcess(): () => Promise<string[]> {
  const before = count()
  return async () => {
    const until = performance.now() + PATIENCE_MS
    let left = findMore(before)
    while (left.length > 0 && performance.now() < until) {
      await nextTurn()
      left = findMore(before)
    }
    return left
  }
}

export type OutputWatch = { lines: readonly string[]; end(): void }

const METHODS = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const

/** Collects what is printed, by the console or past it, and lets none of it through. */
export function watchOutput(): OutputWatch {
  const lines: string[] = []
  const kept = METHODS.map((method) => [method, console[method]] as const)
  for (const method of METHODS) console[method] = (...args: unknown[]) => void lines.push(args.map(String).join(' '))
  const onWarning = (warning: Error) => void lines.push(`${warning.name}: ${warning.message}`)
  process.on('warning', onWarning)
  return {
    lines,
    end() {
      for (const [method, original] of kept) console[method] = original
      process.off('warning', onWarning)
    },
  }
}

export type EnvironmentWatch = { reads: readonly string[]; end(): void }

/** What names a key, a token or an address in the environment. */
const TELLING = /(KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS|AUTH|BASE_URL|ENDPOINT|HOST)$/

/** Collects the names of keys and addresses that are read from the environment. */
export function watchEnvironment(): EnvironmentWatch {
  const reads: string[] = []
  const environment = process.env
  process.env = new Proxy(environment, {
    get(target, name, receiver) {
      if (typeof name === 'string' && TELLING.test(name)) reads.push(name)
      return Reflect.get(target, name, receiver)
    },
  })
  return {
    reads,
    end: () => {
      process.env = environment
    },
  }
}
