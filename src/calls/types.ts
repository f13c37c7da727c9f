import type {
  AudioEncoding,
  AudioFormat,
  Llm,
  MediaEvent,
  ProviderErrorKind,
  SttEvent,
  SttOptions,
  SttStream,
  TtsConnection,
  TtsConnectionEvent,
  TtsOptions,
} from '../provider-kit/index.ts'
import type { CallEventName } from './call-events.ts'
import type { AgentTool } from './agent-tool.ts'
import type { CallTool, ToolCallEntry } from './call-tool.ts'
import type { CallDeadlines } from './deadlines.ts'
import type { EndedReason } from './ended-reason.ts'
import type { TurnLatency } from './latency.ts'
import type { MediaOut } from './playback-clock.ts'
import type { Ticker } from './ticker.ts'
import type { TranscriptEntry } from './transcript.ts'
import type { CallUsage, ProviderRequest } from './usage.ts'

/** An agent as it was when the call began; later changes do not reach a live call. */
export type AgentSnapshot = {
  agentId: string
  agentVersion: string
  name: string
  /** Variables already filled in. */
  systemPrompt: string
  /** Spoken first. Without it the agent waits for the caller. */
  greeting?: string
  /** BCP 47; the language of both directions unless `stt.language` says otherwise. */
  language?: string
  stt: { provider: string; model?: string; language?: string }
  llm: { provider: string; model?: string; temperature?: number; maxTokens?: number }
  tts: { provider: string; voice?: string; model?: string }
  turns: {
    /** Least time from the caller's last word to an answer. Default 0. */
    minEndpointMs?: number
    /** A turn whose provider gives no end-of-turn ends this long after its last final. Default 3,000. */
    maxEndpointMs?: number
    /** Whether the caller may interrupt. Default true. */
    bargeIn?: boolean
    /** An answer that paused for a noise goes on after this long without words. Default 800. */
    resumeAfterMs?: number
    /** The call ends when neither side says anything for this long. Default 30. */
    silenceTimeoutSeconds?: number
  }
  /** What it can do beside talking; absent where nothing. */
  tools?: readonly AgentTool[]
  recording: boolean
  /** 0 for no limit. */
  maxDurationSeconds: number
}

/** A provider as the registry knows it, and as people write it where that is known. */
export type NamedProvider = { provider: string; name?: string }

/** A speech-to-text capability bound to one tenant's credentials. */
export type BoundStt = NamedProvider & {
  encodings: readonly AudioEncoding[]
  /** No word is told before a turn ends. */
  hasLateWords?: boolean
  open(options: SttOptions, onEvent: (event: SttEvent) => void): SttStream
}

/** A language model bound to one tenant's credentials and the agent's options. */
export type BoundLlm = NamedProvider & Llm

/** A text-to-speech capability bound to one tenant's credentials. */
export type BoundTts = NamedProvider & {
  encodings: readonly AudioEncoding[]
  open(options: TtsOptions, onEvent: (event: TtsConnectionEvent) => void): TtsConnection
}

/** Keeps both sides of a call. Payloads are views that are only valid during the call of the method. */
export type CallRecorder = {
  /** @param atMs when it was spoken, in ms from the start of the call */
  caller(payload: Uint8Array, atMs: number): void
  /** @param atMs when the caller heard it, in ms from the start of the call */
  agent(payload: Uint8Array, atMs: number): void
  /** Rejects when the recording is incomplete. */
  close(): Promise<void>
}

/** What went wrong at a provider, in words that hold nothing the provider echoed. */
export type CallError = { provider: string; kind: ProviderErrorKind; message: string }

/** A call so far. */
export type CallProgress = {
  callId: string
  /** ISO 8601. */
  startedAt: string
  transcript: TranscriptEntry[]
  turns: TurnLatency[]
  /** In the order in which they were called; absent where none was. */
  toolCalls?: ToolCallEntry[]
}

/** A call that has ended. */
export type CallSummary = CallProgress & {
  /** ISO 8601. */
  endedAt: string
  endedReason: EndedReason
  error?: CallError
  usage: CallUsage
  /** The providers' own ids of what was asked of them. */
  requestIds: ProviderRequest[]
  /** Notices of providers, and whatever was incomplete. */
  warnings: string[]
}

export type CallEnding = { reason: EndedReason; error?: CallError }

export type CallSessionOptions = {
  callId: string
  tenantId: string
  agent: AgentSnapshot
  /** The carrier's, from the `start` of its stream. */
  format: AudioFormat
  stt: BoundStt
  llm: BoundLlm
  tts: BoundTts
  media: MediaOut
  /** Writes one structured line. Words spoken never go into it. */
  log(event: CallEventName, fields?: Record<string, unknown>): void
  /** Gets the call so far, at most every 2 s and only when the transcript changed, never on the frame path. */
  onProgress?(snapshot: CallProgress): void
  recorder?: CallRecorder
  /** What the agent can do beside talking; names are unique. */
  tools?: readonly CallTool[]
  deadlines?: Partial<CallDeadlines>
  /** Monotonic clock in ms; `performance.now` by default. */
  now?(): number
  /** The process's shared one by default. */
  ticker?: Ticker
}

/** One live call. */
export type CallSession = {
  /** Opens the providers and speaks the greeting. */
  start(): void
  /** Takes what the carrier's media socket says. `stop` ends the call as the caller's hang-up. */
  onMedia(event: MediaEvent): void
  /** Stops the agent for good: what it says is broken off, and nothing but a farewell is said any more. */
  hush(): void
  /**
   * Ends the call. The first reason given stands. Never rejects; resolves within the teardown deadline.
   * @param options.farewell words to speak before the end
   * @param options.afterSpeech lets the caller hear what is being said to its end
   * @param options.withinMs how long either may take; the farewell deadline by default
   */
  end(
    reason: EndedReason,
    options?: { farewell?: string; afterSpeech?: boolean; withinMs?: number },
  ): Promise<CallSummary>
  /** Resolves when everything is closed, whoever ended the call. Never rejects. */
  readonly done: Promise<CallSummary>
  /** Called once, at the moment the call begins to end, so that the owner can hang up without waiting for `done`. */
  onEnding?: (ending: CallEnding) => void
}
