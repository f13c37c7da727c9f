import type { AudioEncoding, AudioFormat } from './audio.ts'
import type { ListContext, ProviderContext } from './context.ts'
import type { ProviderError } from './errors.ts'
import type { ModelInfo } from './stt.ts'

export type TtsOptions = {
  voice?: string
  model?: string
  /** BCP 47, `en-US`. */
  language?: string
  format: AudioFormat
}

/** A voice that a key may speak with. */
export type VoiceInfo = {
  /** What `TtsOptions.voice` takes. */
  id: string
  name: string
  /** In the provider's words: accent, age, use. */
  description?: string
  /** BCP 47, as far as the provider tells. */
  languages?: readonly string[]
  /** Made from recordings of the key's owner. */
  isCloned?: boolean
}

/** A spoken word with its place in the audio of its utterance, in ms from that utterance's first sample. */
export type SpokenWord = { text: string; startMs: number; endMs: number }

/** What one utterance yields, in order. After `done` or `error` nothing follows. */
export type TtsEvent =
  /** Headerless G.711 in the format asked for. */
  | { type: 'audio'; audio: Uint8Array }
  | { type: 'words'; words: readonly SpokenWord[] }
  | { type: 'done' }
  | { type: 'error'; error: ProviderError }

/** One utterance being spoken: text goes in as it is written, audio comes out as it is made. */
export type TtsUtterance = {
  /** @param text any piece of text; pieces are joined as they come */
  write(text: string): void
  /** No more text; the rest is generated, then `done`. */
  finish(): void
  /** Stops generating; no further event of this utterance is delivered. */
  cancel(): void
}

export type TtsConnectionEvent =
  | { type: 'open'; requestId?: string }
  | { type: 'warning'; message: string }
  /** Fatal for the connection; every open utterance gets its own `error` first. */
  | { type: 'error'; error: ProviderError }
  /** Always the last event, exactly once. `characters` is what was sent to be spoken. */
  | { type: 'closed'; characters: number }

/** A warm connection that speaks one utterance after another. */
export type TtsConnection = {
  /** Starts an utterance; works before `open` too (text is held). */
  speak(onEvent: (event: TtsEvent) => void): TtsUtterance
  /** Closes in an orderly way; `closed` follows within 3 s whatever the provider does. */
  close(): void
  /** Drops the connection at once; `closed` follows. */
  destroy(): void
}

export type TtsCapability<Credentials = Record<string, string>> = {
  /** Encodings that the provider can produce; the engine transcodes from the first of them otherwise. */
  encodings: readonly AudioEncoding[]
  models: readonly ModelInfo[]
  defaultModel: string
  defaultVoice: string
  /**
   * The voices that this key may speak with, the owner's own first, at most 500.
   * @throws ProviderError
   */
  listVoices?(context: ListContext<Credentials>): Promise<readonly VoiceInfo[]>
  /** Opens a connection at once; failures arrive as an `error` event, never thrown. */
  open(
    context: ProviderContext<Credentials>,
    options: TtsOptions,
    onEvent: (event: TtsConnectionEvent) => void,
  ): TtsConnection
}
