import { expect } from '@jest/globals'
import { readToneSpeech } from '../../../simulators/tone-speech/index.ts'
import type {
  AudioEncoding,
  ProviderError,
  TtsConnection,
  TtsConnectionEvent,
  TtsEvent,
  TtsOptions,
  TtsUtterance,
} from '../../provider-kit/index.ts'
import { BYTES_PER_MS } from '../../provider-kit/index.ts'
import { createEventLog, isType } from './event-log.ts'
import type { EventLog } from './event-log.ts'
import type { Credentials, Stage } from './stage.ts'
import type { Running } from './stand.ts'

export type Spoken = EventLog<TtsEvent> & TtsUtterance
export type OpenTts = EventLog<TtsConnectionEvent> & { connection: TtsConnection; speak(): Spoken }

/** What holds of the events of every utterance: audio and words, then one end, then nothing. */
export function expectTtsOrder(events: readonly TtsEvent[]): void {
  const end = events.findIndex(({ type }) => type === 'done' || type === 'error')
  if (end >= 0) expect(events.slice(end)).toHaveLength(1)
  for (const event of events) if (event.type === 'audio') expect(event.audio.length).toBeGreaterThan(0)
}

/** What holds of the events of every connection. */
export function expectConnectionOrder(events: readonly TtsConnectionEvent[]): void {
  const types = events.map(({ type }) => type).filter((type) => type !== 'warning')
  expect(types.at(-1)).toBe('closed')
  expect(types.filter((type) => type === 'closed')).toHaveLength(1)
  expect(types.filter((type) => type === 'open').length).toBeLessThanOrEqual(1)
  if (types.includes('open')) expect(types[0]).toBe('open')
  if (types.includes('error')) expect(types.slice(types.indexOf('error'))).toEqual(['error', 'closed'])
}

/** Opens a connection that is held to its order, and searched for secrets, when the check ends. */
export function openTts(
  stage: Stage,
  running: Running,
  options: Partial<TtsOptions> & { credentials?: Credentials } = {},
): OpenTts {
  const { tts } = stage.plugin
  if (!tts) throw new Error('The plugin has no text to speech')
  const { credentials, ...wanted } = options
  const log = createEventLog<TtsConnectionEvent>()
  const spoken: EventLog<TtsEvent>[] = []
  const format = { encoding: tts.encodings[0] ?? 'mulaw', sampleRate: 8000 as const }
  const connection = tts.open(stage.context(running, credentials), { format, ...wanted }, log.push)
  stage.hear(log.events)
  stage.onClose(async () => {
    connection.destroy()
    await log.until(isType('closed'))
    const { length } = log.events
    connection.close()
    connection.destroy()
    await new Promise(setImmediate)
    expect(log.events).toHaveLength(length)
    expectConnectionOrder(log.events)
    for (const { events } of spoken) expectTtsOrder(events)
  })
  return {
    ...log,
    connection,
    speak() {
      const own = createEventLog<TtsEvent>()
      spoken.push(own)
      stage.hear(own.events)
      return { ...own, ...connection.speak(own.push) }
    },
  }
}

export const audioOf = (events: readonly TtsEvent[]): Buffer =>
  Buffer.concat(events.map((event) => (event.type === 'audio' ? event.audio : Buffer.alloc(0))))

/** What an ear hears of an utterance. */
export const heardOf = ({ stand }: Stage, events: readonly TtsEvent[], encoding: AudioEncoding): string =>
  (stand.tts?.hear ?? readToneSpeech)(audioOf(events), encoding).trim()

/** What of a text is sure to be heard: how a provider treats blanks and marks between its pieces is its own. */
export const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

/** That the words of an utterance are those of the text, each with its place inside the audio. */
export function expectWords(events: readonly TtsEvent[], text: string): void {
  const words = events.flatMap((event) => (event.type === 'words' ? event.words : []))
  expect(letters(words.map((word) => word.text).join(''))).toBe(letters(text))
  const endMs = audioOf(events).length / BYTES_PER_MS
  let position = 0
  for (const word of words) {
    expect(word.startMs).toBeGreaterThanOrEqual(position)
    expect(word.endMs).toBeGreaterThanOrEqual(word.startMs)
    position = word.startMs
    expect(word.endMs).toBeLessThanOrEqual(endMs + 20)
  }
}

/** The error that an utterance or a connection ended with. */
export async function ttsFailureOf({
  until,
}: EventLog<TtsEvent> | EventLog<TtsConnectionEvent>): Promise<ProviderError> {
  const failure = await (until as (matches: (event: { type: string }) => boolean) => Promise<TtsEvent>)(
    ({ type }) => type === 'error' || type === 'closed' || type === 'done',
  )
  if (failure.type !== 'error') throw new Error(`There was no error, but ${failure.type}`)
  return failure.error
}
