import type { StreamFault, StreamLatencies } from './chat-stream.ts'
import type { RealtimeFault, RealtimeLatencies, RealtimeRecord } from './realtime-session.ts'
import type { Script } from './small-talk.ts'
import type { SpeechLatencies } from './stream-speech.ts'

/** What a key of the simulated account may do. */
export type OpenAiSimulatedKey = {
  /** False: every completion answers `insufficient_quota`. Default true. */
  hasCredit?: boolean
  /** False: a restricted key without the scope `api.model.read`. Default true. */
  canListModels?: boolean
  /** False: a restricted key without the scope `model.request`, which generates nothing. Default true. */
  canRequestModels?: boolean
  /** Default: every model of the simulator. */
  models?: readonly string[]
}

export type OpenAiFault =
  | 'unauthorized'
  | 'insufficient-quota'
  | 'rate-limit'
  | 'overloaded'
  | 'server-error'
  | 'stall'
  | StreamFault
  | RealtimeFault

/** How a request ended: in full, by the client's going away, by a refusal, or by a fault that was asked for. */
export type OpenAiOutcome = 'pending' | 'completed' | 'aborted' | 'refused' | 'faulted'

/** One request as the simulator saw it. */
export type OpenAiRecord = {
  at: number
  key: string | undefined
  method: string
  path: string
  body: unknown
  status: number
  outcome: OpenAiOutcome
  /** The whole answer that was meant, and how many of its tokens were sent. */
  answer: string
  tokensSent: number
  /** Resolves with the outcome when the request has ended. */
  ended: Promise<OpenAiOutcome>
}

export type OpenAiSimulatorOptions = {
  keys: Readonly<Record<string, OpenAiSimulatedKey>>
  latencies?: Partial<StreamLatencies & SpeechLatencies & RealtimeLatencies>
  /** What a request without a key may do; by default it is refused. */
  anonymous?: OpenAiSimulatedKey
  /** Answered at `GET /v1/audio/voices`, which OpenAI itself does not have. */
  voices?: readonly string[]
  /** Default: deterministic small talk. */
  script?: Script
  models?: readonly string[]
  /** Default: any free port. */
  port?: number
}

export type OpenAiSimulator = {
  /** What `OPENAI_BASE_URL` takes. */
  origin: string
  requests: readonly OpenAiRecord[]
  /** Transcription sessions over WebSocket, in order. */
  sessions: readonly RealtimeRecord[]
  /** Every key that was presented, good or bad. */
  seenKeys: ReadonlySet<string>
  /**
   * Holds for every request from now on, or for those of one key, until it is set to undefined.
   * @param options.times for so many requests only
   */
  setFault(fault: OpenAiFault | undefined, options?: { key?: string; times?: number }): void
  close(): Promise<void>
}
