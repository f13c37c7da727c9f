import type {
  AudioEncoding,
  SpokenWord,
  TtsCapability,
  TtsConnection,
  TtsConnectionEvent,
  TtsEvent,
  TtsOptions,
  TtsUtterance,
} from '../../../src/provider-kit/index.ts'
import { readToneSpeech } from '../../tone-speech/index.ts'
import type { ElevenLabsSimulator, ElevenLabsSimulatorOptions } from '../create-elevenlabs-simulator.ts'
import { createElevenLabsSimulator } from '../create-elevenlabs-simulator.ts'

/** Collects events and lets a test await the one that it needs. */
export const createEventLog = <Event extends { type: string }>() => {
  const events: Event[] = []
  const waiting: { type: string; count: number; resolve(): void }[] = []
  const countOf = (type: string) => events.filter((event) => event.type === type).length
  return {
    events,
    push(event: Event) {
      events.push(event)
      for (const { type, count, resolve } of waiting) if (countOf(type) >= count) resolve()
    },
    until: (type: Event['type'], count = 1) =>
      new Promise<void>((resolve) => {
        if (countOf(type) >= count) resolve()
        else waiting.push({ type, count, resolve })
      }),
    types: () => events.map(({ type }) => type),
  }
}

type StageOptions = {
  /** What is tested. */
  tts: TtsCapability<{ apiKey: string }>
  /** Keys of the simulator; the first is the one that connections use unless told otherwise. */
  keys: ElevenLabsSimulatorOptions['keys']
}

type ConnectOptions = Partial<TtsOptions> & { apiKey?: string; encoding?: AudioEncoding; origin?: string }

/** A simulator with connections of a plugin to it, for one test after another. */
export const createTtsStage = ({ tts, keys }: StageOptions) => {
  let simulator: ElevenLabsSimulator | undefined
  const opened: TtsConnection[] = []

  const connect = (options: ConnectOptions = {}) => {
    const {
      apiKey = Object.keys(keys)[0] as string,
      encoding = 'mulaw',
      origin = simulator?.origin ?? '',
      ...rest
    } = options
    const log = createEventLog<TtsConnectionEvent>()
    const context = { credentials: { apiKey }, origins: { api: origin } }
    const connection = tts.open(context, { format: { encoding, sampleRate: 8000 }, ...rest }, log.push)
    opened.push(connection)
    const speak = () => {
      const spoken = createEventLog<TtsEvent>()
      const utterance: TtsUtterance = connection.speak(spoken.push)
      return { ...utterance, log: spoken }
    }
    return { connection, log, speak }
  }

  return {
    connect,
    async start(options: Partial<ElevenLabsSimulatorOptions> = {}): Promise<ElevenLabsSimulator> {
      simulator = await createElevenLabsSimulator({ keys, ...options })
      return simulator
    },
    async stop() {
      for (const connection of opened.splice(0)) connection.destroy()
      await simulator?.close()
    },
  }
}

export const audioOf = (events: readonly TtsEvent[]): Buffer =>
  Buffer.concat(events.map((event) => (event.type === 'audio' ? event.audio : Buffer.alloc(0))))

export const wordsOf = (events: readonly TtsEvent[]): SpokenWord[] =>
  events.flatMap((event) => (event.type === 'words' ? event.words : []))

/** What an ear hears in the audio of one utterance. */
export const heardOf = (events: readonly TtsEvent[], encoding: AudioEncoding = 'mulaw'): string =>
  readToneSpeech(audioOf(events), encoding).trim()
