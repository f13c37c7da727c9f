import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as errors from './api-error.ts'
import type { ApiError } from './api-error.ts'
import { readChatRequest, toScriptMessages } from './chat-request.ts'
import type { ChatRequest } from './chat-request.ts'
import { streamChat, toTokens } from './chat-stream.ts'
import type { StreamFault, StreamLatencies, Usage } from './chat-stream.ts'
import { smallTalk } from './small-talk.ts'
import type { Script } from './small-talk.ts'

/** What a key of the simulated account may do. */
export type OpenAiSimulatedKey = {
  /** False: every completion answers `insufficient_quota`. Default true. */
  hasCredit?: boolean
  /** False: a restricted key without the scope `api.model.read`. Default true. */
  canListModels?: boolean
  /** Default: every model of the simulator. */
  models?: readonly string[]
}

export type OpenAiFault = 'unauthorized' | 'insufficient-quota' | 'rate-limit' | 'server-error' | 'stall' | StreamFault

/** How a request ended: in full, by the client's going away, by a refusal, or by a fault that was asked for. */
export type OpenAiOutcome = 'pending' | 'completed' | 'aborted' | 'refused' | 'faulted'

/** One request as the simulator saw it. */
export type OpenAiRecord = {
  at: number
  key: string | undefined
  method: string
  path: string
  body: unknown
  status: number
  outcome: OpenAiOutcome
  /** The whole answer that was meant, and how many of its tokens were sent. */
  answer: string
  tokensSent: number
  /** Resolves with the outcome when the request has ended. */
  ended: Promise<OpenAiOutcome>
}

export type OpenAiSimulatorOptions = {
  keys: Readonly<Record<string, OpenAiSimulatedKey>>
  latencies?: Partial<StreamLatencies>
  /** Default: deterministic small talk. */
  script?: Script
  models?: readonly string[]
  /** Default: any free port. */
  port?: number
}

export type OpenAiSimulator = {
  /** What `OPENAI_BASE_URL` takes. */
  origin: string
  requests: readonly OpenAiRecord[]
  /** Every key that was presented, good or bad. */
  seenKeys: ReadonlySet<string>
  /**
   * Holds for every request from now on, or for those of one key, until it is set to undefined.
   * @param options.times for so many requests only
   */
  setFault(fault: OpenAiFault | undefined, options?: { key?: string; times?: number }): void
  close(): Promise<void>
}

const EVERY_KEY = '*'
const MODELS = [
  'gpt-4.1-mini',
  'gpt-4.1-nano',
  'gpt-4.1',
  'gpt-4o-mini',
  'gpt-4o',
  'gpt-5',
  'gpt-5-mini',
  'gpt-5-nano',
  'gpt-5.1',
]
const HTTP_FAULTS: Partial<Record<OpenAiFault, (key: string) => ApiError>> = {
  unauthorized: errors.incorrectKey,
  'insufficient-quota': () => errors.insufficientQuota,
  'rate-limit': () => errors.rateLimited,
  'server-error': () => errors.serverError,
}

const readBody = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    return undefined
  }
}

const usageOf = (request: ChatRequest, completionTokens: number): Usage => {
  const characters = toScriptMessages(request).reduce((sum, { content }) => sum + content.length, 0)
  const promptTokens = Math.ceil(characters / 4) + 4 * request.messages.length
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: {
      cached_tokens: promptTokens >= 1024 ? Math.floor(promptTokens / 128) * 128 : 0,
      audio_tokens: 0,
    },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  }
}

/**
 * A local stand-in for api.openai.com: `GET /v1/models`, `GET /v1/models/{id}`, `POST /v1/chat/completions`, streamed or
 * not. Strict about keys, parameters and models; every other path answers 404 as the API does.
 * Source: https://github.com/openai/openai-openapi (openapi.yaml)
 */
export async function createOpenAiSimulator(options: OpenAiSimulatorOptions): Promise<OpenAiSimulator> {
  const { keys, script = smallTalk, models = MODELS, port = 0 } = options
  const latencies = { firstTokenMs: 0, perTokenMs: 0, ...options.latencies }
  const requests: OpenAiRecord[] = []
  const seenKeys = new Set<string>()
  const faults = new Map<string, { fault: OpenAiFault; times: number }>()

  /** The fault that a request meets; it counts as one time. */
  const takeFault = (key: string): OpenAiFault | undefined => {
    const name = faults.has(key) ? key : EVERY_KEY
    const found = faults.get(name)
    if (found && --found.times <= 0) faults.delete(name)
    return found?.fault
  }

  const track = (request: IncomingMessage, response: ServerResponse): OpenAiRecord => {
    const key = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (key) seenKeys.add(key)
    const path = (request.url ?? '/').split('?')[0] as string
    const record: OpenAiRecord = {
      at: Date.now(),
      key,
      method: request.method ?? 'GET',
      path,
      body: undefined,
      status: 200,
      outcome: 'pending',
      answer: '',
      tokensSent: 0,
      ended: once(response, 'close').then(() => {
        if (record.outcome === 'pending') record.outcome = response.writableFinished ? 'completed' : 'aborted'
        return record.outcome
      }),
    }
    requests.push(record)
    return record
  }

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const record = track(request, response)
    const reply = (status: number, body: unknown) => {
      record.status = status
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    const refuse = (error: ApiError, outcome: OpenAiOutcome = 'refused') => {
      record.outcome = outcome
      reply(error.status, errors.toErrorBody(error))
    }
    record.body = await readBody(request)
    response.setHeader('x-request-id', `req_${randomUUID().replaceAll('-', '')}`)

    const { key } = record
    if (key === undefined) return refuse(errors.missingKey)
    const account = Object.hasOwn(keys, key) ? keys[key] : undefined
    if (!account) return refuse(errors.incorrectKey(key))
    const fault = takeFault(key)
    const httpFault = fault && HTTP_FAULTS[fault]
    if (httpFault) return refuse(httpFault(key), 'faulted')
    if (fault === 'stall') return
    const allowed = account.models ?? models

    if (record.path === '/v1/models' || record.path.startsWith('/v1/models/')) {
      if (record.method !== 'GET')
        return refuse({ ...errors.invalidRequest('Not allowed to use this method.'), status: 405 })
      if (account.canListModels === false) return refuse(errors.missingScope('api.model.read'))
      const list = allowed.map((id) => ({ id, object: 'model', created: 1686935002, owned_by: 'openai' }))
      if (record.path === '/v1/models') return reply(200, { object: 'list', data: list })
      const id = decodeURIComponent(record.path.slice('/v1/models/'.length))
      const model = list.find((candidate) => candidate.id === id)
      return model ? reply(200, model) : refuse(errors.modelNotFound(id))
    }
    if (record.path !== '/v1/chat/completions' || record.method !== 'POST') {
      return refuse({ ...errors.invalidRequest(`Invalid URL (${record.method} ${record.path})`), status: 404 })
    }
    if (!/^application\/json\b/.test(request.headers['content-type'] ?? '') || record.body === undefined) {
      return refuse(errors.invalidRequest('We could not parse the JSON body of your request.'))
    }
    const read = readChatRequest(record.body, allowed)
    if ('error' in read) return refuse(read.error)
    if (account.hasCredit === false) return refuse(errors.insufficientQuota)
    complete({ request: read.request, record, response, reply, fault: fault as StreamFault | undefined })
  }

  const complete = ({ request, record, response, reply, fault }: CompleteOptions) => {
    const all = toTokens(script(toScriptMessages(request)))
    const tokens = all.slice(0, request.max_completion_tokens ?? request.max_tokens ?? undefined)
    record.answer = tokens.join('')
    const finishReason = tokens.length < all.length ? 'length' : 'stop'
    const id = `chatcmpl-${randomUUID().replaceAll('-', '')}`
    const usage = usageOf(request, tokens.length)
    if (!request.stream) {
      const message = { role: 'assistant', content: record.answer, refusal: null, annotations: [] }
      record.tokensSent = tokens.length
      const wait = setTimeout(
        () =>
          reply(200, {
            id,
            object: 'chat.completion',
            created: Math.floor(Date.now() / 1000),
            model: request.model,
            choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason }],
            usage,
          }),
        latencies.firstTokenMs + latencies.perTokenMs * tokens.length,
      )
      response.on('close', () => clearTimeout(wait))
      return
    }
    streamChat({
      response,
      id,
      model: request.model,
      tokens,
      finishReason,
      usage: request.stream_options?.include_usage ? usage : undefined,
      latencies,
      fault,
      onToken: () => {
        record.tokensSent++
      },
      onFault: () => {
        record.outcome = 'faulted'
      },
    })
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    seenKeys,
    setFault: (fault, { key = EVERY_KEY, times = Number.POSITIVE_INFINITY } = {}) => {
      if (fault) faults.set(key, { fault, times })
      else faults.delete(key)
    },
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

type CompleteOptions = {
  request: ChatRequest
  record: OpenAiRecord
  response: ServerResponse
  reply(status: number, body: unknown): void
  fault: StreamFault | undefined
}
