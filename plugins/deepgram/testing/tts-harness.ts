import type { WebSocket } from 'ws'
import type { DeepgramSimulator, DeepgramSimulatorOptions } from '../../../simulators/deepgram/index.ts'
import { createDeepgramSimulator } from '../../../simulators/deepgram/index.ts'
import { createSimulatorServer } from '../../../simulators/kit/index.ts'
import { readToneSpeech } from '../../../simulators/tone-speech/index.ts'
import type { AudioEncoding, TtsConnectionEvent, TtsEvent, TtsOptions } from '../../../src/provider-kit/index.ts'
import { tts } from '../tts.ts'

export const KEY = 'k3y0'.repeat(10)
export const QUICK = { handshakeMs: 0, firstAudioMs: 0, realTimeFactor: 0, clearedMs: 0 }

/** Collects events and lets a test await the one that it needs. */
const createLog = <Event extends { type: string }>() => {
  const events: Event[] = []
  const watchers: { type: string; count: number; resolve(): void }[] = []
  const countOf = (type: string) => events.filter((event) => event.type === type).length
  return {
    events,
    types: () => events.map(({ type }) => type),
    push(event: Event) {
      events.push(event)
      for (const { type, count, resolve } of watchers) if (countOf(type) >= count) resolve()
    },
    until: (type: Event['type'], count = 1) =>
      new Promise<void>((resolve) => {
        if (countOf(type) >= count) resolve()
        else watchers.push({ type, count, resolve })
      }),
  }
}

/** What an ear hears in the audio of one utterance. */
export const heardOf = (events: readonly TtsEvent[], encoding: AudioEncoding = 'mulaw'): string =>
  readToneSpeech(
    Buffer.concat(events.flatMap((event) => (event.type === 'audio' ? [event.audio] : []))),
    encoding,
  ).trim()

/** Starts simulators and connections, and closes them all after each test. */
export function createTtsHarness() {
  const opened: { close(): unknown }[] = []

  async function simulate(options: Partial<DeepgramSimulatorOptions> = {}): Promise<DeepgramSimulator> {
    const keys = { [KEY]: { projectName: 'Bakery', state: 'valid' as const } }
    const simulator = await createDeepgramSimulator({ keys, latencies: QUICK, ...options })
    opened.push(simulator)
    return simulator
  }

  /** A server that does with the socket what a test wants. @returns its origin */
  async function serve(accept: (socket: WebSocket) => void): Promise<string> {
    const server = await createSimulatorServer({
      onRequest: () => ({ status: 404 }),
      onUpgrade: () => ({ accept }),
    })
    opened.push(server)
    return server.origin
  }

  function connect(
    origin: string,
    { encoding = 'mulaw', ...options }: Partial<TtsOptions & { encoding: AudioEncoding }> = {},
  ) {
    const log = createLog<TtsConnectionEvent>()
    const context = { credentials: { apiKey: KEY }, origins: { api: origin } }
    const connection = tts.open(context, { format: { encoding, sampleRate: 8000 }, ...options }, log.push)
    opened.push({
      close: async () => {
        connection.destroy()
        await log.until('closed')
      },
    })
    const speak = () => {
      const spoken = createLog<TtsEvent>()
      return { ...pick(connection.speak(spoken.push)), log: spoken }
    }
    /** Says a text at once. */
    const say = (text: string) => {
      const utterance = speak()
      utterance.write(text)
      utterance.finish()
      return utterance.log
    }
    return { connection, log, speak, say }
  }

  return {
    simulate,
    serve,
    connect,
    async closeAll() {
      for (const one of opened.splice(0).reverse()) await one.close()
    },
  }
}

const pick = ({ write, finish, cancel }: ReturnType<ReturnType<typeof tts.open>['speak']>) => ({
  write,
  finish,
  cancel,
})
