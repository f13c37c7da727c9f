import type { AudioEncoding, SttEvent, SttOptions } from '../../provider-kit/index.ts'
import { BYTES_PER_MS } from '../../provider-kit/index.ts'
import type { BoundStt } from '../types.ts'
import type { ManualClock } from './manual-clock.ts'

/** One stream of the fake: what it got, and a way to say what a provider would. */
export type FakeSttStream = {
  options: SttOptions
  audio: () => Buffer
  emit(event: SttEvent): void
  isClosed: () => boolean
  wasDestroyed: () => boolean
}

export type FakeSttOptions = {
  clock: ManualClock
  encodings?: readonly AudioEncoding[]
  /** Default 0; null never opens. */
  openMs?: number | null
  /** What `close` brings before `closed`, 50 ms later. */
  lastWords?: string
  /** Whether it answers `close` and `destroy` at all. */
  isDeaf?: boolean
  /** Whether only `destroy` ends it. */
  isStubborn?: boolean
}

export type FakeStt = BoundStt & { streams: FakeSttStream[]; last(): FakeSttStream }

/** A speech-to-text provider that hears nothing by itself: tests say what it reports. */
export function createFakeStt({
  clock,
  encodings = ['mulaw', 'alaw'],
  openMs = 0,
  lastWords,
  isDeaf,
  isStubborn,
}: FakeSttOptions): FakeStt {
  const streams: FakeSttStream[] = []
  return {
    provider: 'fake-stt',
    encodings,
    streams,
    last: () => streams.at(-1) as FakeSttStream,
    open(options, onEvent) {
      const pieces: Buffer[] = []
      let isClosed = false
      let wasDestroyed = false
      const audio = () => Buffer.concat(pieces)
      const emit = (event: SttEvent) => {
        if (!isClosed) onEvent(event)
      }
      const finish = () => {
        if (isClosed) return
        isClosed = true
        onEvent({ type: 'closed', audioMs: audio().length / BYTES_PER_MS })
      }
      streams.push({ options, audio, emit, isClosed: () => isClosed, wasDestroyed: () => wasDestroyed })
      if (openMs !== null) clock.after(openMs, () => emit({ type: 'open', requestId: `stt-${streams.length}` }))
      return {
        send: (bytes) => {
          pieces.push(Buffer.from(bytes))
        },
        close() {
          if (isDeaf || isStubborn) return
          clock.after(50, () => {
            if (lastWords) emit({ type: 'final', text: lastWords })
            finish()
          })
        },
        destroy() {
          wasDestroyed = true
          if (!isDeaf) clock.after(0, finish)
        },
      }
    },
  }
}
