export type { AgentTool, TransferDestination } from './agent-tool.ts'
export { CALL_EVENTS } from './call-events.ts'
export type { CallEventName } from './call-events.ts'
export type { CallTool, CallToolAnswer, ToolCallEntry, ToolOutcome } from './call-tool.ts'
export type { CallDeadlines } from './deadlines.ts'
export { DEFAULT_DEADLINES } from './deadlines.ts'
export type { EndedReason } from './ended-reason.ts'
export { ENDED_REASONS } from './ended-reason.ts'
export type { TurnLatency } from './latency.ts'
export type { MediaOut } from './playback-clock.ts'
export { createCallRecorder } from './recording.ts'
export { createCallSession } from './session.ts'
export type { Ticker } from './ticker.ts'
export { createTicker, getSharedTicker } from './ticker.ts'
export type { TranscriptEntry } from './transcript.ts'
export type {
  AgentSnapshot,
  BoundLlm,
  BoundStt,
  BoundTts,
  CallEnding,
  CallError,
  CallProgress,
  CallRecorder,
  CallSession,
  CallSessionOptions,
  CallSummary,
} from './types.ts'
export type { CallUsage, ProviderRequest } from './usage.ts'
