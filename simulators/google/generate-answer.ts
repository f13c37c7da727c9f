import { randomUUID } from 'node:crypto'
import { toEvent } from '../llm-kit/index.ts'
import type { AnswerFrames, WrittenAnswer } from '../llm-kit/index.ts'
import { unavailable } from './api-error.ts'
import { THOUGHT_SIGNATURE } from './models.ts'
import type { GeminiModel } from './models.ts'

/**
 * A generated answer in chunks and in one piece: every chunk is a whole response, the last one says why it ended, and
 * nothing marks the end of the stream. Source: https://ai.google.dev/api/generate-content (`GenerateContentResponse`)
 */
export function toGenerateAnswer({ id: modelVersion, signsCalls }: GeminiModel, written: WrittenAnswer) {
  const signature = signsCalls ? THOUGHT_SIGNATURE : undefined
  const { tokens, calls, thoughts, isCut, promptTokens, cachedTokens } = written
  const tail = { modelVersion, responseId: randomUUID() }
  const finishReason = isCut ? 'MAX_TOKENS' : 'STOP'
  const toUsage = (said: number) => ({
    promptTokenCount: promptTokens,
    ...(said > 0 && { candidatesTokenCount: said }),
    totalTokenCount: promptTokens + said + thoughts,
    ...(cachedTokens > 0 && { cachedContentTokenCount: cachedTokens }),
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: promptTokens }],
    ...(thoughts > 0 && { thoughtsTokenCount: thoughts }),
  })
  const toParts = (text: string | undefined) => (text === undefined ? [] : [{ text }])
  /** Only the first call of an answer is signed. */
  const callParts = calls.map(({ id, name, arguments: args }, index) => ({
    functionCall: { ...(signature && { id }), name, args: JSON.parse(args) },
    ...(signature && index === 0 && { thoughtSignature: signature }),
  }))
  const candidate = (parts: readonly object[], reason?: string) => ({
    content: { ...(parts.length > 0 && { parts }), role: 'model' },
    ...(reason && { finishReason: reason }),
    index: 0,
  })
  const chunk = (parts: readonly object[], said: number, reason?: string) =>
    toEvent({ candidates: [candidate(parts, reason)], usageMetadata: toUsage(said), ...tail })
  const total = tokens.length + written.callTokens
  const frames: AnswerFrames = {
    opening: [],
    token: (text, index) => chunk(toParts(text), index + 1),
    closing: [
      ...callParts.map((part) => chunk([part], total)),
      chunk(toParts(total > 0 ? '' : undefined), total, finishReason),
    ],
    error: toEvent(unavailable.body),
    malformed: 'data: {"candidates":[{"content":{"pa\n\n',
  }
  const text = tokens.length > 0 ? tokens.join('') : undefined
  const parts = [...toParts(text), ...callParts]
  const whole = { candidates: [candidate(parts, finishReason)], usageMetadata: toUsage(total), ...tail }
  return { frames, whole }
}
