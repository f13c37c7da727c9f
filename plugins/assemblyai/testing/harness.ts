import { expect } from '@jest/globals'
import type { WebSocket } from 'ws'
import type { AssemblyAiSimulator, AssemblyAiSimulatorOptions } from '../../../simulators/assemblyai/index.ts'
import { createAssemblyAiSimulator } from '../../../simulators/assemblyai/index.ts'
import type { SimulatorAnswer, SimulatorRequest } from '../../../simulators/kit/index.ts'
import { createSimulatorServer } from '../../../simulators/kit/index.ts'
import { loadUtterance } from '../../../simulators/speech/library.ts'
import type { AudioEncoding, ProviderError, SttEvent, SttOptions } from '../../../src/provider-kit/index.ts'
import { FRAME_BYTES, SILENCE_BYTE } from '../../../src/provider-kit/index.ts'
import { stt } from '../stt.ts'

export const KEY = 'k3y0'.repeat(8)
export const QUICK = { handshakeMs: 0, beginMs: 0, interimMs: 0, finalMs: 0, formatMs: 0 }

export const silence = (ms: number, encoding: AudioEncoding = 'mulaw') => Buffer.alloc(ms * 8, SILENCE_BYTE[encoding])

/** An utterance with silence around it. */
export const say = (id: string, encoding: AudioEncoding = 'mulaw') =>
  Buffer.concat([silence(200, encoding), loadUtterance(id, encoding), silence(500, encoding)])

export const isType = (type: SttEvent['type']) => (event: SttEvent) => event.type === type

export const turnsOf = (events: SttEvent[]) =>
  events.flatMap((event) => (event.type === 'end-of-turn' ? [event.text] : []))

/** The error of a stream that failed: one error, then closed, then nothing. */
export async function failureOf({ events, seen }: OpenStream): Promise<ProviderError> {
  await seen(isType('closed'))
  expect(events.slice(-2).map((event) => event.type)).toEqual(['error', 'closed'])
  expect(events.filter((event) => event.type === 'error' || event.type === 'closed')).toHaveLength(2)
  expect(JSON.stringify(events)).not.toContain(KEY)
  const [error] = events.flatMap((event) => (event.type === 'error' ? [event.error] : []))
  expect(`${error?.message} ${error?.stack}`).not.toContain(KEY)
  return error as ProviderError
}

/** A stream under test with everything it told. */
export type OpenStream = ReturnType<ReturnType<typeof createHarness>['open']>

/** Starts simulators, servers and streams, and closes them all after each test. */
export function createHarness() {
  const opened: { close(): unknown }[] = []

  async function simulate(options: Partial<AssemblyAiSimulatorOptions> = {}): Promise<AssemblyAiSimulator> {
    const keys = { [KEY]: { state: 'valid' as const } }
    const simulator = await createAssemblyAiSimulator({ keys, latencies: QUICK, ...options })
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
      { credentials: { apiKey: KEY }, origins: { api: origin, streaming: origin } },
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

  return {
    simulate,
    serve,
    open,
    async closeAll() {
      for (const one of opened.splice(0).reverse()) await one.close()
    },
  }
}
