import { expect } from '@jest/globals'
import type {
  AudioEncoding,
  ProviderContext,
  ProviderError,
  SpokenWord,
  SttCapability,
  SttEvent,
  SttOptions,
  TtsCapability,
  TtsConnectionEvent,
  TtsEvent,
  TtsOptions,
} from '../../../src/provider-kit/index.ts'
import { FRAME_BYTES, SILENCE_BYTE } from '../../../src/provider-kit/index.ts'
import { loadUtterance } from '../../speech/index.ts'
import { readToneSpeech } from '../../tone-speech/index.ts'

type TypedEvent = { type: string }

/** Collects events and lets a test await the one that it needs. */
export function createEventLog<Event extends TypedEvent>() {
  const events: Event[] = []
  const waiting = new Set<() => void>()
  return {
    events,
    push(event: Event) {
      events.push(event)
      for (const wake of [...waiting]) wake()
    },
    /** Resolves once there are `count` events of a type. */
    async until(type: Event['type'], count = 1): Promise<void> {
      while (events.filter((event) => event.type === type).length < count) {
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiting.delete(wake)
            resolve()
          }
          waiting.add(wake)
        })
      }
    },
    types: () => events.map(({ type }) => type),
  }
}

export const silence = (ms: number, encoding: AudioEncoding = 'mulaw') => Buffer.alloc(ms * 8, SILENCE_BYTE[encoding])

/** A recorded utterance with silence around it. */
export const say = (id: string, encoding: AudioEncoding = 'mulaw', { after = 900 } = {}) =>
  Buffer.concat([silence(300, encoding), loadUtterance(id, encoding), silence(after, encoding)])

export const turnsOf = (events: readonly SttEvent[]) =>
  events.flatMap((event) => (event.type === 'end-of-turn' ? [event.text] : []))

export const audioOf = (events: readonly TtsEvent[]): Buffer =>
  Buffer.concat(events.map((event) => (event.type === 'audio' ? event.audio : Buffer.alloc(0))))

export const wordsOf = (events: readonly TtsEvent[]): SpokenWord[] =>
  events.flatMap((event) => (event.type === 'words' ? event.words : []))

/** What an ear hears in the audio of one utterance. */
export const heardOf = (events: readonly TtsEvent[], encoding: AudioEncoding = 'mulaw'): string =>
  readToneSpeech(audioOf(events), encoding).trim()

/** The one error among events; nothing of them may hold the secret. */
export function errorAmong(
  events: readonly (SttEvent | TtsEvent | TtsConnectionEvent)[],
  secret: string,
): ProviderError {
  const errors = events.flatMap((event) => (event.type === 'error' ? [event.error] : []))
  expect(errors).toHaveLength(1)
  const [error] = errors as [ProviderError]
  expect(`${JSON.stringify(events)} ${error.message} ${error.stack}`).not.toContain(secret)
  return error
}

/** Opens streams of plugins in tests, and drops them all after each. */
export function createOpenStreams() {
  const opened: { close(): Promise<void> }[] = []

  function listen<Credentials>(
    stt: SttCapability<Credentials>,
    context: ProviderContext<Credentials>,
    options: Partial<SttOptions> = {},
  ) {
    const log = createEventLog<SttEvent>()
    const stream = stt.open(context, { format: { encoding: 'mulaw', sampleRate: 8000 }, ...options }, log.push)
    opened.push({
      async close() {
        stream.destroy()
        await log.until('closed')
      },
    })
    const send = (audio: Buffer) => {
      for (let at = 0; at < audio.length; at += FRAME_BYTES) stream.send(audio.subarray(at, at + FRAME_BYTES))
    }
    return { stream, log, send, events: log.events }
  }

  function speakWith<Credentials>(
    tts: TtsCapability<Credentials>,
    context: ProviderContext<Credentials>,
    options: Partial<TtsOptions> = {},
  ) {
    const log = createEventLog<TtsConnectionEvent>()
    const connection = tts.open(context, { format: { encoding: 'mulaw', sampleRate: 8000 }, ...options }, log.push)
    opened.push({
      async close() {
        connection.destroy()
        await log.until('closed')
      },
    })
    const speak = () => {
      const spoken = createEventLog<TtsEvent>()
      return { ...connection.speak(spoken.push), log: spoken, events: spoken.events }
    }
    return { connection, log, events: log.events, speak }
  }

  return {
    listen,
    speakWith,
    async closeAll() {
      for (const one of opened.splice(0)) await one.close()
    },
  }
}
