import { readToneSpeech } from '../index.ts'
import type {
  AudioEncoding,
  SpokenWord,
  TtsCapability,
  TtsConnection,
  TtsConnectionEvent,
  TtsEvent,
  TtsOptions,
} from '../../../src/provider-kit/index.ts'

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

type StagedSimulator = { origin: string; close(): Promise<void> }

type StageOptions<Options, Simulator> = {
  /** What is tested. */
  tts: TtsCapability<{ apiKey: string }>
  /** The key that connections use unless told otherwise. */
  apiKey: string
  /** Names of the plugin's origins; all of them lead to the simulator. Default `api`. */
  origins?: readonly string[]
  create(options: Options): Promise<Simulator>
}

type ConnectOptions = Partial<TtsOptions> & { apiKey?: string; encoding?: AudioEncoding; origin?: string }

/** A provider's simulator with connections of its plugin to it, for one test after another. */
export const createVoiceStage = <Options, Simulator extends StagedSimulator>(
  stage: StageOptions<Options, Simulator>,
) => {
  let simulator: Simulator | undefined
  const opened: TtsConnection[] = []

  return {
    async start(options: Options): Promise<Simulator> {
      simulator = await stage.create(options)
      return simulator
    },
    connect(options: ConnectOptions = {}) {
      const { apiKey = stage.apiKey, encoding = 'mulaw', origin = simulator?.origin ?? '', ...rest } = options
      const log = createEventLog<TtsConnectionEvent>()
      const origins = Object.fromEntries((stage.origins ?? ['api']).map((name) => [name, origin]))
      const format = { encoding, sampleRate: 8000 } as const
      const connection = stage.tts.open({ credentials: { apiKey }, origins }, { format, ...rest }, log.push)
      opened.push(connection)
      const speak = () => {
        const spoken = createEventLog<TtsEvent>()
        return { ...connection.speak(spoken.push), log: spoken }
      }
      /** Speaks a text as it stands. */
      const say = (text: string) => {
        const { log: spoken, ...utterance } = speak()
        utterance.write(text)
        utterance.finish()
        return spoken
      }
      return { connection, log, speak, say }
    },
    async stop() {
      for (const connection of opened.splice(0)) connection.destroy()
      await simulator?.close()
      simulator = undefined
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
