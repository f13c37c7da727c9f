import { randomUUID } from 'node:crypto'
import { toEvent } from '../llm-kit/index.ts'
import type { AnswerFrames, WrittenAnswer } from '../llm-kit/index.ts'
import { OVERLOADED } from './api-error.ts'
import type { MessagesRequest } from './messages-request.ts'

const event = (type: string, rest: object = {}): string => toEvent({ type, ...rest }, type)

/**
 * A message as a stream of events and in one piece.
 * Source: https://platform.claude.com/docs/en/build-with-claude/streaming, `@anthropic-ai/sdk` 1.11.0,
 * `RawMessageStreamEvent`
 */
export function toMessagesAnswer({ model }: MessagesRequest, written: WrittenAnswer) {
  const { tokens, thoughts, isCut, promptTokens, cachedTokens } = written
  const stopReason = isCut ? 'max_tokens' : 'end_turn'
  const usage = {
    // What came from the cache is counted beside the input, not in it.
    input_tokens: promptTokens - cachedTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cachedTokens,
    output_tokens: tokens.length + thoughts,
    output_tokens_details: { thinking_tokens: thoughts },
    service_tier: 'standard',
  }
  const head = {
    id: `msg_${randomUUID().replaceAll('-', '')}`,
    type: 'message',
    role: 'assistant',
    model,
    stop_sequence: null,
  }
  const thinkingBlock = { type: 'thinking', thinking: '', signature: 'c2lnbmF0dXJl' }
  const textIndex = thoughts > 0 ? 1 : 0
  const thinking =
    thoughts > 0
      ? [
          event('content_block_start', { index: 0, content_block: thinkingBlock }),
          event('content_block_stop', { index: 0 }),
        ]
      : []
  const start = { ...head, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } }
  const frames: AnswerFrames = {
    opening: [
      event('message_start', { message: start }),
      event('ping'),
      ...thinking,
      event('content_block_start', { index: textIndex, content_block: { type: 'text', text: '' } }),
    ],
    token: (text) => event('content_block_delta', { index: textIndex, delta: { type: 'text_delta', text } }),
    closing: [
      event('content_block_stop', { index: textIndex }),
      event('message_delta', { delta: { stop_reason: stopReason, stop_sequence: null }, usage }),
      event('message_stop'),
    ],
    error: event('error', { error: OVERLOADED }),
    malformed: 'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"del\n\n',
  }
  const whole = {
    ...head,
    content: [...(thoughts > 0 ? [thinkingBlock] : []), { type: 'text', text: tokens.join('') }],
    stop_reason: stopReason,
    usage,
  }
  return { frames, whole }
}
