import { randomUUID } from 'node:crypto'
import { toEvent } from '../llm-kit/index.ts'
import type { AnswerFrames, WrittenAnswer } from '../llm-kit/index.ts'
import { unavailable } from './api-error.ts'

/**
 * A generated answer in chunks and in one piece: every chunk is a whole response, the last one says why it ended, and
 * nothing marks the end of the stream. Source: https://ai.google.dev/api/generate-content (`GenerateContentResponse`)
 */
export function toGenerateAnswer(modelVersion: string, written: WrittenAnswer) {
  const { tokens, thoughts, isCut, promptTokens, cachedTokens } = written
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
  const candidate = (text: string | undefined, reason?: string) => ({
    content: { ...(text !== undefined && { parts: [{ text }] }), role: 'model' },
    ...(reason && { finishReason: reason }),
    index: 0,
  })
  const chunk = (text: string | undefined, said: number, reason?: string) =>
    toEvent({ candidates: [candidate(text, reason)], usageMetadata: toUsage(said), ...tail })
  const frames: AnswerFrames = {
    opening: [],
    token: (text, index) => chunk(text, index + 1),
    closing: [chunk(tokens.length > 0 ? '' : undefined, tokens.length, finishReason)],
    error: toEvent(unavailable.body),
    malformed: 'data: {"candidates":[{"content":{"pa\n\n',
  }
  const text = tokens.length > 0 ? tokens.join('') : undefined
  const whole = { candidates: [candidate(text, finishReason)], usageMetadata: toUsage(tokens.length), ...tail }
  return { frames, whole }
}
