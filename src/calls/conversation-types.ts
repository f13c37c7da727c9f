import type { SttEvent } from '../provider-kit/index.ts'
import type { ToolCallEntry } from './call-tool.ts'
import type { CallDeadlines } from './deadlines.ts'
import type { TurnLatency } from './latency.ts'
import type { SpeechMeter } from './speech-meter.ts'
import type { Transcript } from './transcript.ts'
import type { TtsLink } from './tts-link.ts'
import type { CallError, CallSessionOptions } from './types.ts'
import type { UsageMeter } from './usage.ts'

export type ConversationOptions = {
  call: Pick<CallSessionOptions, 'stt' | 'agent' | 'format' | 'llm' | 'tts' | 'media' | 'log' | 'recorder' | 'tools'>
  limits: CallDeadlines
  /** The call's start on the clock. */
  origin: number
  now(): number
  speaker: TtsLink
  meter: SpeechMeter
  usage: UsageMeter
  onWarning(message: string): void
  /** A provider failed beyond repair. */
  onFailed(error: CallError): void
  /** The agent ends the call. */
  onEndCall(): void
  /** The engine itself failed. */
  onBroken(): void
}

/** Who says what when: the caller's turns, the agent's answers, and what each heard of the other. */
export type Conversation = {
  /** Speaks a text that no turn asked for. */
  greet(text: string): void
  /** Speaks last words, which nothing interrupts. @param whenSpoken called when the caller heard them to their end */
  takeLeave(text: string, whenSpoken: () => void): void
  /** Listens no more. @param whenSpoken called when the caller heard what is being said; at once where nothing is */
  finishSpeaking(whenSpoken: () => void): void
  /** Falls silent and answers nothing any more. */
  hush(): void
  onStt(event: SttEvent): void
  onSttReplaced(): void
  /** The caller pressed a key. */
  onKey(key: string): void
  onMark(name: string): void
  tick(now: number): void
  /** Stops speaking and listening; words still on their way are written down. */
  close(): void
  /** Writes down the words of a turn that never ended, and gives up tools that still run. */
  writeLastWords(): void
  transcript(): ReturnType<Transcript['entries']>
  toolCalls(): ToolCallEntry[]
  revision(): number
  turns(): TurnLatency[]
  /** When either side last said anything. */
  lastActivityAt(): number
}
