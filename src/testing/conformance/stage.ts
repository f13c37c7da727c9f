import { getEventListeners } from 'node:events'
import { clearTimeout as stopWaiting, setTimeout as waitReally } from 'node:timers'
import { jest } from '@jest/globals'
import type { Capability, ListContext, ProviderContext, ProviderManifest } from '../../provider-kit/index.ts'
import { findDeafOrigin } from './answer-server.ts'
import { findSecrets } from './find-secret.ts'
import type { ConformanceStand, Running } from './stand.ts'
import { watchConnections } from './watch-connections.ts'
import { watchEnvironment, watchOutput, watchProcess } from './watch-process.ts'

export type Credentials = Readonly<Record<string, string>>

/** What one check works with; what it opens is closed for it, and what it heard is searched for secrets. */
export type Stage = {
  plugin: ProviderManifest
  stand: ConformanceStand
  /** Starts something in the provider's place, and lets connections to it pass. */
  start<Started extends Running>(start: () => Promise<Started>): Promise<Started>
  /** An address where nobody listens. */
  deaf(): Promise<Running>
  context(running: Running, credentials?: Credentials): ProviderContext
  /** A context with a signal that lives on; the check fails where a listener stays on it. */
  listContext(running: Running, options?: { credentials?: Credentials; signal?: AbortSignal }): ListContext
  /** Notes what the plugin said, to be searched for secrets. */
  hear(said: unknown): void
  /** To be closed before the servers are. */
  onClose(close: () => unknown): void
  /** Connections to the stand that are open. */
  openConnections(): number
  connectionCount(): number
  /** From here on time is moved by `pass` alone and by the clock; sockets go on as they do. */
  holdTime(): void
  pass(ms: number): Promise<void>
}

type Found = {
  strays: readonly string[]
  left: string[]
  printed: readonly string[]
  readFromEnvironment: readonly string[]
  secrets: string[]
  listenersLeft: number
}

/** What a check may leave behind: nothing. */
export const NOTHING_FOUND: Found = {
  strays: [],
  left: [],
  printed: [],
  readFromEnvironment: [],
  secrets: [],
  listenersLeft: 0,
}

/** A check, and then its end, take no longer than this, in ms; what waits for ever must not keep the next one waiting. */
const LONGEST_MS = 8000

/** Waits by the real clock, whoever holds the other one. */
const within = async <Result>(ms: number, what: string, work: Promise<Result>): Promise<Result> => {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = waitReally(() => reject(new Error(`${what} did not come to an end`)), ms)
  })
  try {
    return await Promise.race([work, limit])
  } finally {
    stopWaiting(timer)
  }
}

/**
 * Runs one check on a stage of its own, closes what it opened, and tells what it should not have done: gone elsewhere,
 * left timers, sockets or listeners, printed something, read a key from the environment, repeated a secret.
 */
export async function runOnStage(
  options: { plugin: ProviderManifest; stand: ConformanceStand; longestMs?: number },
  body: (stage: Stage) => Promise<void>,
): Promise<Found> {
  const { plugin, stand, longestMs = LONGEST_MS } = options
  const waitForNothing = watchProcess()
  const connections = watchConnections()
  const output = watchOutput()
  const environment = watchEnvironment()
  const opened: (() => unknown)[] = []
  const servers: Running[] = []
  const heard: unknown[] = []
  const signals: AbortSignal[] = []
  const used = new Set<Credentials>([stand.credentials])
  let holdsTime = false

  const context = ({ origin }: Running, credentials: Credentials = stand.credentials): ProviderContext => {
    used.add(credentials)
    const origins = Object.fromEntries(Object.keys(plugin.origins).map((name) => [name, origin]))
    const own = plugin.addressCredential ? { [plugin.addressCredential]: origin } : {}
    return { credentials: { ...credentials, ...own }, origins }
  }
  const start = async <Started extends Running>(begin: () => Promise<Started>): Promise<Started> => {
    const running = await begin()
    connections.allow(running.origin)
    servers.push(running)
    return running
  }
  const stage: Stage = {
    plugin,
    stand,
    start,
    deaf: async () => {
      const origin = await findDeafOrigin()
      connections.allow(origin)
      return { origin, close: async () => {} }
    },
    context,
    listContext(running, { credentials, signal = new AbortController().signal } = {}) {
      signals.push(signal)
      return { ...context(running, credentials), signal }
    },
    hear: (said) => void heard.push(said),
    onClose: (close) => void opened.push(close),
    openConnections: connections.open,
    connectionCount: connections.count,
    holdTime() {
      holdsTime = true
      jest.useFakeTimers({ advanceTimers: true, doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
    },
    pass: (ms) => jest.advanceTimersByTimeAsync(ms),
  }
  const closeAll = async () => {
    for (const close of opened.reverse()) await close()
  }
  try {
    await within(longestMs, 'The check', body(stage))
  } finally {
    try {
      await within(longestMs, 'What the check opened', closeAll())
    } finally {
      if (holdsTime) jest.useRealTimers()
      for (const server of servers) await server.close()
      connections.end()
      output.end()
      environment.end()
    }
  }
  return {
    strays: connections.strays,
    left: await waitForNothing(),
    printed: output.lines,
    readFromEnvironment: environment.reads,
    secrets: [...used].flatMap((credentials) => findSecrets(heard, { plugin, credentials })),
    listenersLeft: signals.reduce((sum, signal) => sum + getEventListeners(signal, 'abort').length, 0),
  }
}

/** Every capability that the kit knows how to prove. */
export type Section = Capability | 'manifest' | 'key'
