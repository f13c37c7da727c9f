import type {
  AudioEncoding,
  Capability,
  DialCommand,
  KeyStatus,
  LlmOptions,
  LlmTool,
  MediaEvent,
  ProviderErrorKind,
  SttOptions,
  TelephonyEvent,
  TtsOptions,
  WebhookRequest,
} from '../../provider-kit/index.ts'

import type { Answer, Asked } from './answer-server.ts'

/** Something that answers in the provider's place, on the loopback interface. */
export type Running = {
  /** `http://127.0.0.1:<port>`; takes HTTP and WebSockets, in the place of every origin of the manifest. */
  origin: string
  /** Drops every connection and stops listening. */
  close(): Promise<void>
}

export type Start = () => Promise<Running>

/** What a fault of the provider has to become: its error kind, and the provider's own code where it has one. */
export type Fault = { start: Start; kind: ProviderErrorKind; providerCode?: string; status?: number }

/** One state of a key with the verdict that has to come of it. */
export type KeyState = {
  name: string
  status: KeyStatus
  start: Start
  /** Default: the stand's credentials. */
  credentials?: Readonly<Record<string, string>>
  /** What the verdict must say beyond its status. */
  capabilities?: Readonly<Record<string, boolean | undefined>>
  message?: RegExp
  metadata?: Readonly<Record<string, unknown>>
}

/** What can go wrong with a stream, under names that the table of providers shows. */
export const STREAM_FAULTS = [
  'bad-key',
  'bad-key-after-open',
  'no-permission',
  'no-credit',
  'rate-limit',
  'out-of-order',
  'close-mid-sentence',
] as const
export type StreamFault = (typeof STREAM_FAULTS)[number]

export type Speech = {
  /** Headerless 8 kHz G.711, silence around the words. */
  audio: Uint8Array
  /** What a good recogniser makes of it. */
  text: string
}

export type SttStand = {
  start: Start
  faults: Readonly<Partial<Record<StreamFault, Fault>>>
  /** Takes audio and never answers, neither to a close. Absent where the simulator cannot. */
  stall?: Start
  /** Options that some model lacks: each makes a warning, none an error. */
  unsupported?: readonly Partial<SttOptions>[]
  /** Default: a recorded utterance that the simulators' recogniser knows. */
  speech?(encoding: AudioEncoding): Speech
  /** False where the default model tells nothing of a turn before its end. Default true. */
  hasInterims?: boolean
  /** Models to hear with beyond the default one. */
  models?: readonly string[]
  /** Transcribes by one request for each utterance: there is no connection to lose, and nothing is asked in silence. */
  isConnectionless?: boolean
}

export type TtsStand = {
  start: Start
  faults: Readonly<Partial<Record<StreamFault, Fault>>>
  /** Takes text and never speaks, nor answers to a close. */
  stall?: Start
  unsupported?: readonly Partial<TtsOptions>[]
  /** What an ear hears in the audio. Default: reads the simulators' tone speech. */
  hear?(audio: Uint8Array, encoding: AudioEncoding): string
  /** Speaks by one request for each piece of text: a failure ends the utterance, and there is no connection to lose. */
  isConnectionless?: boolean
  /** False where the provider gives no times of words. Default true. */
  hasWords?: boolean
  /** The voices are the same for every key, so that nobody is asked for them. */
  hasFixedVoices?: boolean
  /** Models to fail with beyond the default one: where that is looked up, a failing provider is not asked further. */
  models?: readonly string[]
}

export const LLM_FAULTS = [
  'bad-key',
  'no-permission',
  'no-credit',
  'rate-limit',
  'overloaded',
  'out-of-order',
  'unknown-model',
  'error-mid-answer',
  'close-mid-answer',
  'end-mid-answer',
  'malformed-message',
] as const
export type LlmFaultName = (typeof LLM_FAULTS)[number]

export type LlmStand = {
  /** Answers every question with the text, in the pieces of a model; `perTokenMs` between two of them. */
  start(answer: { text: string; perTokenMs?: number }): Promise<Running>
  /** Calls the tool with these arguments, then, given its result, says `text`. Absent where tools are not simulated. */
  startTool?(call: { tool: LlmTool; arguments: Record<string, unknown>; text: string }): Promise<Running>
  faults: Readonly<Partial<Record<LlmFaultName, Fault>>>
  /** Never answers at all; sends the headers and no token; stops after the first token. */
  stalls: { silent: Start; beforeFirst?: Start; afterFirst?: Start }
  unsupported?: readonly LlmOptions[]
  /** Models to fail with beyond the default one: where that is looked up, a failing provider is not asked further. */
  models?: readonly string[]
}

/** What a carrier makes of a frame that the codec wrote. */
export type ReadFrame = { audio?: Buffer; mark?: string; isClear?: boolean }

export type TelephonyStand = {
  /** Every documented event, as the carrier signs it at `now` (ms since the epoch), with what it means. */
  webhooks: readonly { name: string; sign(now: number): WebhookRequest; event: Partial<TelephonyEvent> }[]
  /** The same as the first webhook, signed by another account. */
  forge(now: number): WebhookRequest
  /** Headers without which nothing is believed. */
  signatureHeaders: readonly string[]
  /** How old a signature may be, in ms; absent where the carrier signs no time. */
  toleranceMs?: number
  /** A body that is signed well and is no event. */
  nonsense(now: number, body: string): WebhookRequest
  /** What the carrier answers to a command that it accepts, a dial included. */
  accepts(asked: Asked): Answer
  /** False where a command that comes twice has two effects: a dial is then never sent again. */
  heedsCommandId: boolean
  carrierCallId: string
  dial: Pick<DialCommand, 'to' | 'from'>
  /** Every frame that the carrier documents, with what it means; the first is the start of a stream. */
  frames: readonly { message: string; event: MediaEvent }[]
  /** Reads what the codec wrote as the carrier would. */
  readFrame(message: string): ReadFrame
}

export type SearchStand = {
  start: Start
  /** Finds nothing. */
  startEmpty?: Start
  faults: Readonly<
    Partial<Record<'bad-key' | 'no-credit' | 'rate-limit' | 'out-of-order' | 'malformed-message', Fault>>
  >
}

/** What the author of a plugin brings: how to stand in for the provider, and what must come of it. */
export type ConformanceStand = {
  /** Good credentials, as `start` of every simulator takes them. Secrets of 16 characters and more, so that any trace is found. */
  credentials: Readonly<Record<string, string>>
  /**
   * The official package that a test drives the simulator with, for all that it plays or by capability; absent where the
   * simulator was written from the documentation alone.
   */
  sdk?: string | Partial<Record<Capability, string>>
  /** Recorded answers and states of the simulator: one for each way in which a key can be. */
  keys: readonly KeyState[]
  /** Serves only those who present no key; for a plugin whose key may be left out. */
  startWithoutKey?: Start
  stt?: SttStand
  tts?: TtsStand
  llm?: LlmStand
  telephony?: TelephonyStand
  webSearch?: SearchStand
  mapsSearch?: SearchStand
}
