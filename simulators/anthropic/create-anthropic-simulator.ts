import { randomUUID } from 'node:crypto'
import { createLlmServer, writeAnswer } from '../llm-kit/index.ts'
import type { LlmExchange, LlmSimulator, Script, StreamLatencies } from '../llm-kit/index.ts'
import * as errors from './api-error.ts'
import { toMessagesAnswer } from './messages-answer.ts'
import { countThoughts, readMessagesRequest, toScriptMessages } from './messages-request.ts'
import { CLAUDE_MODELS, findModel } from './models.ts'

/** What a key of the simulated organization may do. */
export type AnthropicSimulatedKey = {
  /** Why no message is answered; the model list is. */
  billing?: keyof typeof errors.BILLING_REFUSALS
  /** `disabled-key` answers 404 to everything, `disabled-organization` 400, `no-permission` 403. */
  state?: 'disabled-key' | 'disabled-organization' | 'no-permission'
  /** Ids; default: every model of the simulator. */
  models?: readonly string[]
}

export type AnthropicSimulatorOptions = {
  keys: Readonly<Record<string, AnthropicSimulatedKey>>
  latencies?: Partial<StreamLatencies>
  /** Default: deterministic small talk. */
  script?: Script
  port?: number
}

const BARS = {
  'disabled-key': errors.notFound('Not found'),
  'disabled-organization': errors.organizationDisabled,
  'no-permission': errors.permissionDenied,
}

/** The second is what the official SDK sends since 1.0; a plain conversation looks the same in both. */
const VERSIONS = new Set(['2023-06-01', '2026-10-21'])

const listModels = ({ models }: AnthropicSimulatedKey) =>
  CLAUDE_MODELS.filter(({ id }) => models === undefined || models.includes(id)).map(({ id, name, maxTokens }) => ({
    type: 'model',
    id,
    display_name: name,
    created_at: '2026-09-01T00:00:00Z',
    deprecated_at: null,
    retires_at: null,
    lifecycle: 'active',
    line: null,
    capabilities: null,
    max_input_tokens: 200_000,
    max_tokens: maxTokens,
  }))

/**
 * A local stand-in for api.anthropic.com: `GET /v1/models`, `GET /v1/models/{id}`, `POST /v1/messages`, streamed or not.
 * Strict about the version header, keys, parameters per model and the order of turns. A key is taken as `x-api-key`, or
 * as the bearer token that the official SDK sends since 1.0.
 * Source: https://platform.claude.com/docs/en/api/overview
 */
export async function createAnthropicSimulator({
  script,
  ...options
}: AnthropicSimulatorOptions): Promise<LlmSimulator> {
  const route = ({ record, account, reply, refuse, answer }: LlmExchange<AnthropicSimulatedKey>) => {
    const { method, path, headers, query } = record
    if (account.state) return refuse(BARS[account.state])
    if (!VERSIONS.has(String(headers['anthropic-version']))) {
      return refuse(errors.invalidRequest('anthropic-version: header is required'))
    }
    const models = listModels(account)
    if (method === 'GET' && path === '/v1/models') {
      const limit = Number(query.get('limit') ?? 20)
      if (!(limit >= 1 && limit <= 1000)) return refuse(errors.invalidRequest('limit: must be between 1 and 1000'))
      const from = models.findIndex(({ id }) => id === query.get('after_id')) + 1
      const page = models.slice(from, from + limit)
      const hasMore = from + limit < models.length
      const ends = { first_id: page[0]?.id ?? null, last_id: page.at(-1)?.id ?? null }
      return reply(200, { data: page, has_more: hasMore, ...ends })
    }
    if (method === 'GET' && path.startsWith('/v1/models/')) {
      const id = decodeURIComponent(path.slice('/v1/models/'.length))
      const model = models.find((candidate) => candidate.id === findModel(id)?.id)
      return model ? reply(200, model) : refuse(errors.notFound(`model: ${id}`))
    }
    if (method !== 'POST' || path !== '/v1/messages') return refuse(errors.notFound('Not found'))
    if (!/^application\/json\b/.test(headers['content-type'] ?? '') || record.body === undefined) {
      return refuse(errors.invalidRequest('The request body is not valid JSON.'))
    }
    const ids = models.map(({ id }) => id)
    const read = readMessagesRequest(record.body, ids)
    if ('refusal' in read) return refuse(read.refusal)
    if (account.billing) return refuse(errors.BILLING_REFUSALS[account.billing])
    const { request, model } = read
    const written = writeAnswer({
      messages: toScriptMessages(request),
      script,
      limit: request.max_tokens,
      thoughts: countThoughts(request, model),
      callIdPrefix: 'toolu_',
    })
    const { frames, whole } = toMessagesAnswer(request, written)
    answer({ tokens: written.tokens, frames: request.stream ? frames : undefined, whole })
  }

  return createLlmServer({
    ...options,
    readKey: ({ headers }) =>
      [headers['x-api-key']].flat()[0] ?? /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1],
    answerHeaders: () => ({ 'request-id': `req_${randomUUID().replaceAll('-', '')}` }),
    missingKey: errors.missingKey,
    unknownKey: errors.invalidKey,
    faults: {
      unauthorized: errors.invalidKey,
      'out-of-credit': () => errors.BILLING_REFUSALS['credit-too-low'],
      'rate-limit': () => errors.rateLimited,
      overloaded: () => errors.overloaded,
      'server-error': () => errors.internalError,
    },
    route,
  })
}
