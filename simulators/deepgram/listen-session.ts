import type { Timeline } from '../kit/index.ts'
import type { SpeechLibrary } from '../speech/library.ts'
import type { DeepgramLatencies, DeepgramSession } from './types.ts'

/** What a stream has of its connection and of the simulator. */
export type SessionContext = {
  query: URLSearchParams
  library: SpeechLibrary
  latencies: DeepgramLatencies
  timeline: Timeline
  /** The record that tests read. */
  session: DeepgramSession
  send(message: object): void
  close(code: number, reason: string): void
  /** Speech began. */
  onSpeech(): void
}

/** The protocol of one stream. */
export type ListenSession = {
  /** A binary frame; length 0 is possible. */
  onAudio(audio: Buffer): void
  /** A text frame; undefined where it was no JSON object. */
  onMessage(message: Record<string, unknown> | undefined): void
  /** The socket is gone. */
  dispose(): void
}
