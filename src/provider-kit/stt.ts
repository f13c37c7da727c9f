import type { AudioEncoding, AudioFormat } from './audio.ts'
import type { ProviderContext } from './context.ts'
import type { ProviderError } from './errors.ts'

export type SttOptions = {
  model?: string
  /** BCP 47, `en-US`. */
  language?: string
  format: AudioFormat
  /** Words that the caller is likely to say. */
  keyterms?: readonly string[]
}

export type SttEvent =
  /** The provider accepted the stream. */
  | { type: 'open'; requestId?: string }
  /** The provider heard speech begin: the barge-in signal. */
  | { type: 'speech-started' }
  /** The words of this turn so far, finals included; replaces the interim before it. */
  | { type: 'interim'; text: string }
  /** A segment of this turn that will not change any more. */
  | { type: 'final'; text: string; confidence?: number }
  /** The turn has probably ended; text as in `end-of-turn`. */
  | { type: 'eager-end-of-turn'; text: string }
  /** The turn that had probably ended goes on. */
  | { type: 'turn-resumed' }
  /** The turn has ended; the text of the whole turn. Never empty. */
  | { type: 'end-of-turn'; text: string }
  /** An option that the provider does not have, or a notice of its own. */
  | { type: 'warning'; message: string }
  /** Fatal: no further event but `closed`. */
  | { type: 'error'; error: ProviderError }
  /** Always the last event, exactly once. */
  | { type: 'closed'; audioMs: number }

/** A live transcription. Audio sent before `open` is held, at most 10 s of it. */
export type SttStream = {
  /** @param audio headerless G.711 in the format asked for, any length */
  send(audio: Uint8Array): void
  /** Asks for what is still buffered and closes; `closed` follows within 3 s whatever the provider does. */
  close(): void
  /** Drops the connection at once; `closed` follows. */
  destroy(): void
}

export type ModelInfo = { id: string; name: string; description?: string }

export type SttCapability<Credentials = Record<string, string>> = {
  /** Encodings that the provider takes as they are; the engine transcodes to the first of them otherwise. */
  encodings: readonly AudioEncoding[]
  models: readonly ModelInfo[]
  defaultModel: string
  /** No word is told before a turn ends: until then only the sound says that the caller goes on speaking. */
  hasLateWords?: boolean
  /** Opens a stream at once; failures arrive as an `error` event, never thrown. */
  open(context: ProviderContext<Credentials>, options: SttOptions, onEvent: (event: SttEvent) => void): SttStream
}
