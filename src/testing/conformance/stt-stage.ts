import { expect } from '@jest/globals'
import { loadUtterance, listUtterances } from '../../../simulators/speech/library.ts'
import type { AudioEncoding, ProviderError, SttEvent, SttOptions, SttStream } from '../../provider-kit/index.ts'
import { BYTES_PER_MS, FRAME_BYTES, SILENCE_BYTE } from '../../provider-kit/index.ts'
import { createEventLog, isType } from './event-log.ts'
import type { EventLog } from './event-log.ts'
import type { Credentials, Stage } from './stage.ts'
import type { Running, Speech } from './stand.ts'

export type OpenStt = EventLog<SttEvent> & {
  stream: SttStream
  /** Sends audio in the frames of a call, 20 ms each. */
  send(audio: Uint8Array): void
}

export const silenceOf = (ms: number, encoding: AudioEncoding = 'mulaw'): Buffer =>
  Buffer.alloc(ms * BYTES_PER_MS, SILENCE_BYTE[encoding])

/** A recorded utterance with silence around it, as the simulators' recogniser knows it. */
export function sayRecorded(id: string, encoding: AudioEncoding): Speech {
  const text = listUtterances().find((utterance) => utterance.id === id)?.text ?? ''
  return {
    audio: Buffer.concat([silenceOf(200, encoding), loadUtterance(id, encoding), silenceOf(1000, encoding)]),
    text,
  }
}

/** What a stand's caller says. */
export const speechOf = ({ stand }: Stage, encoding: AudioEncoding): Speech =>
  stand.stt?.speech?.(encoding) ?? sayRecorded('book-table', encoding)

/** What holds of the events of every stream, whatever became of it. */
export function expectSttOrder(events: readonly SttEvent[]): void {
  const types = events.map(({ type }) => type)
  const spoken = types.filter((type) => type !== 'warning')
  expect(spoken.slice(0, 1)).toEqual([spoken.includes('open') ? 'open' : spoken[0]])
  expect(types.filter((type) => type === 'open').length).toBeLessThanOrEqual(1)
  expect(types.filter((type) => type === 'closed')).toEqual(['closed'])
  expect(types.at(-1)).toBe('closed')
  if (types.includes('error')) expect(types.slice(types.indexOf('error'))).toEqual(['error', 'closed'])
  let isEager = false
  for (const event of events) {
    if ('text' in event && event.type !== 'interim') expect(event.text.trim()).not.toBe('')
    if (event.type === 'turn-resumed') expect(isEager).toBe(true)
    if (event.type === 'eager-end-of-turn') isEager = true
    if (event.type === 'turn-resumed' || event.type === 'end-of-turn') isEager = false
    if (event.type === 'closed') expect(event.audioMs).toBeGreaterThanOrEqual(0)
  }
}

/** Opens a stream whose events are held to their order, and searched for secrets, when the check ends. */
export function openStt(
  stage: Stage,
  running: Running,
  options: Partial<SttOptions> & { credentials?: Credentials } = {},
): OpenStt {
  const { stt } = stage.plugin
  if (!stt) throw new Error('The plugin has no speech to text')
  const { credentials, ...wanted } = options
  const log = createEventLog<SttEvent>()
  const format = { encoding: stt.encodings[0] ?? 'mulaw', sampleRate: 8000 as const }
  let isReturned = false
  const stream = stt.open(stage.context(running, credentials), { format, ...wanted }, (event) => {
    // A caller who is told before it holds the stream cannot end it.
    expect(isReturned).toBe(true)
    log.push(event)
  })
  isReturned = true
  stage.hear(log.events)
  stage.onClose(async () => {
    stream.destroy()
    await log.until(isType('closed'))
    const { length } = log.events
    // A stream that is over takes calls without an effect.
    stream.send(silenceOf(20))
    stream.close()
    stream.destroy()
    await new Promise(setImmediate)
    expect(log.events).toHaveLength(length)
    expectSttOrder(log.events)
  })
  const send = (audio: Uint8Array) => {
    for (let at = 0; at < audio.length; at += FRAME_BYTES) stream.send(audio.subarray(at, at + FRAME_BYTES))
  }
  return { ...log, stream, send }
}

export const turnsOf = (events: readonly SttEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'end-of-turn' ? [event.text] : []))

/** The error that a stream ends with. */
export async function sttFailureOf({ until, events }: OpenStt): Promise<ProviderError> {
  await until(isType('closed'))
  const [failure] = events.filter(isType<SttEvent, 'error'>('error'))
  if (!failure) throw new Error('The stream closed without an error')
  return failure.error
}
