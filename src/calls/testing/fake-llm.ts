import { randomUUID } from 'node:crypto'
import type { LlmEvent, LlmRequest, LlmToolCall, ProviderError } from '../../provider-kit/index.ts'
import type { BoundLlm } from '../types.ts'
import type { ManualClock } from './manual-clock.ts'

export type FakeReply = {
  /** Pieces of text in the order they come. */
  pieces?: readonly string[]
  /** Tools called after the pieces. */
  calls?: readonly LlmToolCall[]
  /** Told before the pieces. */
  warnings?: readonly string[]
  /** Default 100. */
  firstTokenMs?: number
  /** Default 20. */
  betweenMs?: number
  /** Thrown after the pieces instead of the end. */
  error?: ProviderError
  /** Says nothing more after the pieces, not even when it is aborted. */
  hangs?: boolean
}

export type FakeLlm = BoundLlm & { requests: LlmRequest[] }

const toPieces = (text: string) => text.match(/\S+\s*/g) ?? []

/** A reply that says something, perhaps nothing, and calls tools. */
export const calling = (text: string, ...calls: readonly (Omit<LlmToolCall, 'id'> & { id?: string })[]): FakeReply => ({
  pieces: toPieces(text),
  calls: calls.map((call) => ({ id: randomUUID(), ...call })),
})

/** A model that answers from a script, one reply a request; the last one is repeated. */
export function createFakeLlm(clock: ManualClock, replies: readonly (FakeReply | string)[] = ['All right.']): FakeLlm {
  const requests: LlmRequest[] = []
  const wait = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve))

  async function* answer(request: LlmRequest, reply: FakeReply): AsyncGenerator<LlmEvent> {
    await wait(reply.firstTokenMs ?? 100)
    for (const warning of reply.warnings ?? []) request.onWarning?.(warning)
    for (const text of reply.pieces ?? []) {
      if (request.signal.aborted && !reply.hangs) return
      yield { type: 'text', text }
      await wait(reply.betweenMs ?? 20)
    }
    if (reply.hangs) await new Promise<never>(() => undefined)
    if (request.signal.aborted) return
    if (reply.error) throw reply.error
    for (const call of reply.calls ?? []) yield { type: 'tool-call', ...call }
    yield {
      type: 'finish',
      reason: reply.calls ? 'tool-calls' : 'stop',
      usage: { inputTokens: 10, cachedInputTokens: 2, outputTokens: 5 },
      requestId: `llm-${requests.length}`,
    }
  }

  return {
    provider: 'fake-llm',
    requests,
    stream(request) {
      const reply = replies[Math.min(requests.length, replies.length - 1)] ?? ''
      requests.push(request)
      return answer(request, typeof reply === 'string' ? { pieces: toPieces(reply) } : reply)
    },
  }
}
