import { createLlmServer, writeAnswer } from '../llm-kit/index.ts'
import type { LlmExchange, LlmSimulator, Script, StreamLatencies } from '../llm-kit/index.ts'
import * as errors from './api-error.ts'
import { toGenerateAnswer } from './generate-answer.ts'
import { countThoughts, readGenerateRequest, toScriptMessages } from './generate-request.ts'
import { GEMINI_MODELS } from './models.ts'
import type { GeminiModel } from './models.ts'

/** What a key of the simulated project may do. */
export type GoogleSimulatedKey = {
  /** Bars every request. */
  bar?: keyof typeof errors.KEY_BARS
  /** Bars generation alone: the list of models is answered as to a good key. */
  generationBar?: keyof typeof errors.GENERATION_BARS
  /** Ids; default: every model of the simulator. */
  models?: readonly string[]
}

export type GoogleSimulatorOptions = {
  keys: Readonly<Record<string, GoogleSimulatedKey>>
  latencies?: Partial<StreamLatencies>
  /** Default: deterministic small talk. */
  script?: Script
  port?: number
}

const toModelInfo = ({ id, name, leastBudget }: GeminiModel) => ({
  name: `models/${id}`,
  version: '001',
  displayName: name,
  inputTokenLimit: 1_048_576,
  outputTokenLimit: 65_536,
  supportedGenerationMethods: ['generateContent', 'countTokens', 'createCachedContent'],
  temperature: 1,
  maxTemperature: 2,
  thinking: leastBudget !== 0,
})

/** A model that the account lists as well and that cannot converse. */
const EMBEDDING = {
  name: 'models/gemini-embedding-001',
  version: '001',
  displayName: 'Gemini Embedding 001',
  inputTokenLimit: 2048,
  outputTokenLimit: 1,
  supportedGenerationMethods: ['embedContent'],
}

/**
 * A local stand-in for generativelanguage.googleapis.com: `GET /v1beta/models` and `/v1beta/models/{id}`,
 * `POST /v1beta/models/{id}:generateContent` and `:streamGenerateContent?alt=sse`. A wrong key is answered with 400.
 * Source: https://ai.google.dev/api
 */
export async function createGoogleSimulator({ script, ...options }: GoogleSimulatorOptions): Promise<LlmSimulator> {
  const listModels = ({ models }: GoogleSimulatedKey) =>
    GEMINI_MODELS.filter(({ id }) => models === undefined || models.includes(id))

  const route = ({ record, account, reply, refuse, answer }: LlmExchange<GoogleSimulatedKey>) => {
    const { method, path, query, headers } = record
    if (headers.authorization !== undefined) return refuse(errors.severalCredentials)
    if (account.bar) return refuse(errors.KEY_BARS[account.bar])
    const open = listModels(account)
    if (method === 'GET' && path === '/v1beta/models') {
      const size = Math.min(Number(query.get('pageSize') ?? 50), 1000)
      if (!(size >= 1)) return refuse(errors.invalidArgument('page_size must be positive.'))
      const all = [...open.map(toModelInfo), EMBEDDING]
      const from = Number(query.get('pageToken') ?? 0)
      const hasMore = from + size < all.length
      return reply(200, { models: all.slice(from, from + size), ...(hasMore && { nextPageToken: `${from + size}` }) })
    }
    const [, id = '', action] = /^\/v1beta\/models\/([\w.-]+)(?::(\w+))?$/.exec(path) ?? []
    const model = open.find((candidate) => candidate.id === id)
    if (!model) return refuse(errors.modelNotFound(id))
    if (method === 'GET' && action === undefined) return reply(200, toModelInfo(model))
    const isStream = action === 'streamGenerateContent'
    if (method !== 'POST' || (action !== 'generateContent' && !isStream)) return refuse(errors.modelNotFound(id))
    if (isStream && query.get('alt') !== 'sse') return refuse(errors.invalidArgument('Only alt=sse is simulated.'))
    if (!/^application\/json\b/.test(headers['content-type'] ?? '') || record.body === undefined) {
      return refuse(errors.invalidArgument('Invalid JSON payload received.'))
    }
    if (account.generationBar) return refuse(errors.GENERATION_BARS[account.generationBar])
    const read = readGenerateRequest(record.body, model)
    if ('refusal' in read) return refuse(read.refusal)
    const written = writeAnswer({
      messages: toScriptMessages(read.request),
      script,
      limit: read.request.generationConfig?.maxOutputTokens,
      thoughts: countThoughts(read.request, model),
    })
    const { frames, whole } = toGenerateAnswer(model, written)
    answer({ tokens: written.tokens, frames: isStream ? frames : undefined, whole })
  }

  return createLlmServer({
    ...options,
    readKey: ({ headers, query }) => [headers['x-goog-api-key']].flat()[0] ?? query.get('key') ?? undefined,
    answerHeaders: () => ({}),
    missingKey: errors.missingKey,
    unknownKey: errors.invalidKey,
    faults: {
      unauthorized: errors.invalidKey,
      'out-of-credit': () => errors.GENERATION_BARS['no-credit'],
      'rate-limit': () => errors.GENERATION_BARS.quota,
      overloaded: () => errors.unavailable,
      'server-error': () => errors.internalError,
    },
    route,
  })
}
