import { randomUUID } from 'node:crypto'
import { toEvent } from '../llm-kit/index.ts'
import type { AnswerFrames, WrittenAnswer } from '../llm-kit/index.ts'
import { unavailable } from './api-error.ts'
import type { ChatRequest } from './chat-request.ts'

const toUsage = ({ tokens, callTokens, thoughts, promptTokens, cachedTokens }: WrittenAnswer) => ({
  prompt_tokens: promptTokens,
  // Thoughts are counted beside the completion, not in it.
  completion_tokens: tokens.length + callTokens,
  total_tokens: promptTokens + tokens.length + callTokens + thoughts,
  prompt_tokens_details: { text_tokens: promptTokens, audio_tokens: 0, image_tokens: 0, cached_tokens: cachedTokens },
  completion_tokens_details: {
    reasoning_tokens: thoughts,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
  num_sources_used: 0,
})

/**
 * A chat completion in chunks and in one piece. Source: https://docs.x.ai/developers/rest-api-reference/inference/chat,
 * chunk and usage fields as `@ai-sdk/xai` 3.0.138 reads them
 */
export function toChatAnswer({ model, stream_options }: ChatRequest, written: WrittenAnswer) {
  const head = { id: randomUUID(), created: Math.floor(Date.now() / 1000), model, system_fingerprint: 'fp_simulated' }
  const usage = toUsage(written)
  const reason = written.isCut ? 'length' : written.calls.length > 0 ? 'tool_calls' : 'stop'
  const chunk = (delta: object, finishReason: string | null = null) =>
    toEvent({
      ...head,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, finish_reason: finishReason }],
    })
  const toolCalls = written.calls.map(({ id, name, arguments: text }, index) => ({
    index,
    id,
    type: 'function',
    function: { name, arguments: text },
  }))
  // Each call comes whole in one chunk: https://docs.x.ai/docs/guides/function-calling
  const callChunks = toolCalls.map((call) => chunk({ role: 'assistant', content: '', tool_calls: [call] }))
  const thinking = written.thoughts > 0 ? [chunk({ role: 'assistant', reasoning_content: 'Thinking...' })] : []
  const usageChunk = toEvent({ ...head, object: 'chat.completion.chunk', choices: [], usage })
  const frames: AnswerFrames = {
    opening: [chunk({ role: 'assistant', content: '' }), ...thinking],
    token: (text) => chunk({ content: text }),
    closing: [
      ...callChunks,
      chunk({}, reason),
      ...(stream_options?.include_usage ? [usageChunk] : []),
      'data: [DONE]\n\n',
    ],
    error: toEvent(unavailable.body),
    malformed: 'data: {"id":"broken","choices":[{"index":0,"del\n\n',
  }
  const message = {
    role: 'assistant',
    content: written.tokens.join(''),
    refusal: null,
    ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
  }
  const whole = {
    ...head,
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: reason }],
    usage,
  }
  return { frames, whole }
}
