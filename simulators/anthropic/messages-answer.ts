import { randomUUID } from 'node:crypto'
import { toEvent } from '../llm-kit/index.ts'
import type { AnswerFrames, WrittenAnswer } from '../llm-kit/index.ts'
import { OVERLOADED } from './api-error.ts'
import type { MessagesRequest } from './messages-request.ts'

/** What the thoughts of this simulator are signed with. */
export const THOUGHT_SIGNATURE = 'c2lnbmF0dXJl'

/** What a model writes that knows no JSON stands as it is. */
const parseInput = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const event = (type: string, rest: object = {}): string => toEvent({ type, ...rest }, type)

/**
 * A message as a stream of events and in one piece.
 * Source: https://platform.claude.com/docs/en/build-with-claude/streaming, `@anthropic-ai/sdk` 1.11.0,
 * `RawMessageStreamEvent`
 */
export function toMessagesAnswer({ model }: MessagesRequest, written: WrittenAnswer) {
  const { tokens, calls, thoughts, isCut, promptTokens, cachedTokens } = written
  const stopReason = isCut ? 'max_tokens' : calls.length > 0 ? 'tool_use' : 'end_turn'
  const usage = {
    // What came from the cache is counted beside the input, not in it.
    input_tokens: promptTokens - cachedTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cachedTokens,
    output_tokens: tokens.length + written.callTokens + thoughts,
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
  const thinkingBlock = { type: 'thinking', thinking: '', signature: THOUGHT_SIGNATURE }
  const textIndex = thoughts > 0 ? 1 : 0
  const thinking =
    thoughts > 0
      ? [
          event('content_block_start', { index: 0, content_block: { ...thinkingBlock, signature: '' } }),
          event('content_block_delta', {
            index: 0,
            delta: { type: 'signature_delta', signature: thinkingBlock.signature },
          }),
          event('content_block_stop', { index: 0 }),
        ]
      : []
  const hasText = tokens.length > 0 || calls.length === 0
  const startText = event('content_block_start', { index: textIndex, content_block: { type: 'text', text: '' } })
  const callEvents = calls.flatMap(({ id, name, pieces }, position) => {
    const index = textIndex + (hasText ? 1 : 0) + position
    return [
      event('content_block_start', { index, content_block: { type: 'tool_use', id, name, input: {} } }),
      ...['', ...pieces].map((piece) =>
        event('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json: piece } }),
      ),
      event('content_block_stop', { index }),
    ]
  })
  const start = { ...head, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } }
  const frames: AnswerFrames = {
    opening: [event('message_start', { message: start }), event('ping'), ...thinking, ...(hasText ? [startText] : [])],
    token: (text) => event('content_block_delta', { index: textIndex, delta: { type: 'text_delta', text } }),
    closing: [
      ...(hasText ? [event('content_block_stop', { index: textIndex })] : []),
      ...callEvents,
      event('message_delta', { delta: { stop_reason: stopReason, stop_sequence: null }, usage }),
      event('message_stop'),
    ],
    error: event('error', { error: OVERLOADED }),
    malformed: 'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"del\n\n',
  }
  const whole = {
    ...head,
    content: [
      ...(thoughts > 0 ? [thinkingBlock] : []),
      ...(hasText ? [{ type: 'text', text: tokens.join('') }] : []),
      ...calls.map(({ id, name, arguments: text }) => ({ type: 'tool_use', id, name, input: parseInput(text) })),
    ],
    stop_reason: stopReason,
    usage,
  }
  return { frames, whole }
}
