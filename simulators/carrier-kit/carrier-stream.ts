import type { Mouth } from './mouth.ts'
import type { Playback } from './playback.ts'
import type { Recorder } from './recording.ts'

export type Codec = 'PCMU' | 'PCMA'

/** How the caller's frames go wrong on their way; chunk and sequence numbers stay those of the true order. */
export type Impairments = {
  /** Every n-th frame is lost. */
  dropEvery?: number
  /** Every n-th frame comes after its successor. */
  swapEvery?: number
}

/** The carrier's end of a media stream, whatever it speaks on the wire. */
export type CarrierStream = {
  readonly mouth: Mouth
  readonly playback: Playback
  readonly recorder: Recorder
  sendRaw(text: string): void
  pressKey(digit: string): void
  /** Says `stop` and closes the socket. */
  stop(): void
  destroy(): void
  readonly isOpen: boolean
}
