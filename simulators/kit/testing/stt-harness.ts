import { expect, jest } from '@jest/globals'
import type { WebSocket } from 'ws'
import type {
  AudioEncoding,
  ProviderError,
  SttCapability,
  SttEvent,
  SttOptions,
} from '../../../src/provider-kit/index.ts'
import { FRAME_BYTES, SILENCE_BYTE } from '../../../src/provider-kit/index.ts'
import { loadUtterance } from '../../speech/library.ts'
import type { SimulatorAnswer, SimulatorRequest } from '../create-simulator-server.ts'
import { createSimulatorServer } from '../create-simulator-server.ts'

export const silence = (ms: number, encoding: AudioEncoding = 'mulaw') => Buffer.alloc(ms * 8, SILENCE_BYTE[encoding])

/** An utterance with silence around it. */
export const say = (id: string, encoding: AudioEncoding = 'mulaw') =>
  Buffer.concat([silence(200, encoding), loadUtterance(id, encoding), silence(500, encoding)])

export const isType = (type: SttEvent['type']) => (event: SttEvent) => event.type === type

export const turnsOf = (events: SttEvent[]) =>
  events.flatMap((event) => (event.type === 'end-of-turn' ? [event.text] : []))

type Closable = { close(): unknown }

type SttHarnessOptions<Options, Simulator extends Closable> = {
  stt: SttCapability<{ apiKey: string }>
  key: string
  /** Names of the manifest's origins. */
  origins: readonly string[]
  /** Starts the provider's simulator, in a hurry and with the key. */
  create(options: Options): Promise<Simulator>
}

/** Starts simulators, servers and streams of a plugin, and closes them all after each test. */
export function createSttHarness<Options, Simulator extends Closable>(harness: SttHarnessOptions<Options, Simulator>) {
  const { stt, key, origins, create } = harness
  const opened: Closable[] = []

  async function simulate(options: Partial<Options> = {}): Promise<Simulator> {
    const simulator = await create(options as Options)
    opened.push(simulator)
    return simulator
  }

  /** A server that does with the socket what a test wants. */
  async function serve(accept: (socket: WebSocket, request: SimulatorRequest) => void, refuse?: SimulatorAnswer) {
    const server = await createSimulatorServer({
      onRequest: () => ({ status: 404 }),
      onUpgrade: (request) => (refuse ? { refuse } : { accept: (socket) => accept(socket, request) }),
    })
    opened.push(server)
    return server
  }

  function open(origin: string, options: Partial<SttOptions> = {}) {
    const events: SttEvent[] = []
    let watchers: { matches: (event: SttEvent) => boolean; resolve: () => void }[] = []
    const stream = stt.open(
      { credentials: { apiKey: key }, origins: Object.fromEntries(origins.map((name) => [name, origin])) },
      { format: { encoding: 'mulaw', sampleRate: 8000 }, ...options },
      (event) => {
        events.push(event)
        watchers = watchers.filter((watcher) => {
          const matched = watcher.matches(event)
          if (matched) watcher.resolve()
          return !matched
        })
      },
    )
    const seen = (matches: (event: SttEvent) => boolean) =>
      events.some(matches) ? Promise.resolve() : new Promise<void>((resolve) => watchers.push({ matches, resolve }))
    opened.push({
      close: async () => {
        stream.destroy()
        await seen(isType('closed'))
      },
    })
    const send = (audio: Buffer) => {
      for (let at = 0; at < audio.length; at += FRAME_BYTES) stream.send(audio.subarray(at, at + FRAME_BYTES))
    }
    return { stream, events, seen, send }
  }

  /** The error of a stream that failed: one error, then closed, then nothing. */
  async function failureOf({ events, seen }: ReturnType<typeof open>): Promise<ProviderError> {
    await seen(isType('closed'))
    expect(events.slice(-2).map((event) => event.type)).toEqual(['error', 'closed'])
    expect(events.filter((event) => event.type === 'error' || event.type === 'closed')).toHaveLength(2)
    expect(JSON.stringify(events)).not.toContain(key)
    const [error] = events.flatMap((event) => (event.type === 'error' ? [event.error] : []))
    expect(`${error?.message} ${error?.stack}`).not.toContain(key)
    return error as ProviderError
  }

  async function closeAll() {
    for (const one of opened.splice(0).reverse()) await one.close()
  }

  /** Runs a test in which time passes when it is told to, so that nobody waits for it; sockets go on as they do. */
  async function withHeldTime(body: (pass: (ms: number) => Promise<void>) => Promise<void>): Promise<void> {
    jest.useFakeTimers({ advanceTimers: true, doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
    try {
      await body((ms) => jest.advanceTimersByTimeAsync(ms))
      await closeAll()
    } finally {
      jest.useRealTimers()
    }
  }

  return { simulate, serve, open, failureOf, withHeldTime, closeAll }
}
