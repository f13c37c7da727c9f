import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readScriptAnswer } from '../llm-kit/script-tools.ts'
import type { WrittenCall } from '../llm-kit/script-tools.ts'
import * as errors from './api-error.ts'
import type { ApiError } from './api-error.ts'
import { readChatRequest, toScriptMessages } from './chat-request.ts'
import type { ChatRequest } from './chat-request.ts'
import { streamChat, toTokens } from './chat-stream.ts'
import type { StreamFault, Usage } from './chat-stream.ts'
import { answerAudio } from './audio-routes.ts'
import type { RealtimeFault } from './realtime-session.ts'
import { serveRealtime } from './realtime-upgrade.ts'
import { smallTalk } from './small-talk.ts'
import type {
  OpenAiFault,
  OpenAiOutcome,
  OpenAiRecord,
  OpenAiSimulatedKey,
  OpenAiSimulator,
  OpenAiSimulatorOptions,
} from './types.ts'

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
  'gpt-4o-mini-tts',
  'tts-1',
  'gpt-4o-transcribe',
  'gpt-4o-mini-transcribe',
  'whisper-1',
  'gpt-realtime-whisper',
]
const AUDIO_MODEL = /(^|-)(tts|transcribe|whisper)\b/
const HTTP_FAULTS: Partial<Record<OpenAiFault, (key: string) => ApiError>> = {
  unauthorized: errors.incorrectKey,
  'insufficient-quota': () => errors.insufficientQuota,
  'rate-limit': () => errors.rateLimited,
  overloaded: () => errors.overloaded,
  'server-error': () => errors.serverError,
}

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const parseJson = (raw: Buffer): unknown => {
  try {
    return JSON.parse(raw.toString('utf8'))
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
 * not, `POST /v1/audio/speech`, `POST /v1/audio/transcriptions`, and transcription sessions over WebSocket. Strict about
 * keys, parameters and models; every other path answers 404 as the API does.
 * Source: https://github.com/openai/openai-openapi (openapi.yaml)
 */
export async function createOpenAiSimulator(options: OpenAiSimulatorOptions): Promise<OpenAiSimulator> {
  const { keys, script = smallTalk, models = MODELS, port = 0 } = options
  const latencies = {
    firstTokenMs: 0,
    perTokenMs: 0,
    firstAudioMs: 0,
    realTimeFactor: 0.01,
    transcriptMs: 0,
    perWordMs: 0,
    ...options.latencies,
  }
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

  const accountOf = (key: string | undefined): OpenAiSimulatedKey | undefined => {
    if (key === undefined) return options.anonymous
    return Object.hasOwn(keys, key) ? keys[key] : undefined
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
    const raw = await readBody(request)
    record.body = parseJson(raw)
    response.setHeader('x-request-id', `req_${randomUUID().replaceAll('-', '')}`)

    const { key } = record
    const account = accountOf(key)
    if (!account) return refuse(key === undefined ? errors.missingKey : errors.incorrectKey(key))
    const fault = takeFault(key ?? EVERY_KEY)
    const httpFault = fault && HTTP_FAULTS[fault]
    if (httpFault) return refuse(httpFault(key ?? ''), 'faulted')
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
    if (options.voices && record.method === 'GET' && record.path === '/v1/audio/voices') {
      return reply(200, { voices: options.voices })
    }
    if (account.canRequestModels === false) return refuse(errors.missingScope('model.request'))
    if (record.path.startsWith('/v1/audio/') && record.method === 'POST') {
      const canPay = account.hasCredit !== false
      return answerAudio({ request, response, record, raw, models: allowed, canPay, fault, latencies, reply, refuse })
    }
    if (record.path !== '/v1/chat/completions' || record.method !== 'POST') {
      return refuse({ ...errors.invalidRequest(`Invalid URL (${record.method} ${record.path})`), status: 404 })
    }
    if (!/^application\/json\b/.test(request.headers['content-type'] ?? '') || record.body === undefined) {
      return refuse(errors.invalidRequest('We could not parse the JSON body of your request.'))
    }
    const talking = allowed.filter((id) => !AUDIO_MODEL.test(id))
    const read = readChatRequest(record.body, talking)
    if ('error' in read) return refuse(read.error)
    if (account.hasCredit === false) return refuse(errors.insufficientQuota)
    complete({ request: read.request, record, response, reply, fault: fault as StreamFault | undefined })
  }

  const complete = ({ request, record, response, reply, fault }: CompleteOptions) => {
    const { text, calls } = readScriptAnswer(script(toScriptMessages(request)))
    const all = toTokens(text)
    const tokens = all.slice(0, request.max_completion_tokens ?? request.max_tokens ?? undefined)
    record.answer = tokens.join('')
    const finishReason = tokens.length < all.length ? 'length' : calls.length > 0 ? 'tool_calls' : 'stop'
    const id = `chatcmpl-${randomUUID().replaceAll('-', '')}`
    const usage = usageOf(request, tokens.length + calls.reduce((sum, { pieces }) => sum + pieces.length, 0))
    if (!request.stream) {
      const message = {
        role: 'assistant',
        content: calls.length > 0 ? record.answer || null : record.answer,
        refusal: null,
        annotations: [],
        ...(calls.length > 0 && { tool_calls: calls.map(toWholeCall) }),
      }
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
      calls,
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
  const realtime = serveRealtime({
    server,
    accountOf,
    models,
    latencies,
    takeFault: (key) => takeFault(key) as RealtimeFault | undefined,
    onKey: (key) => seenKeys.add(key),
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    sessions: realtime.sessions,
    seenKeys,
    setFault: (fault, { key = EVERY_KEY, times = Number.POSITIVE_INFINITY } = {}) => {
      if (fault) faults.set(key, { fault, times })
      else faults.delete(key)
    },
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      realtime.close()
      server.closeAllConnections()
      await closed
    },
  }
}

const toWholeCall = ({ id, name, arguments: text }: WrittenCall) => ({
  id,
  type: 'function',
  function: { name, arguments: text },
})

type CompleteOptions = {
  request: ChatRequest
  record: OpenAiRecord
  response: ServerResponse
  reply(status: number, body: unknown): void
  fault: StreamFault | undefined
}
