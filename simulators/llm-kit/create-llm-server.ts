import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { STREAM_FAULTS, streamAnswer } from './stream-answer.ts'
import type { AnswerFrames, StreamFault, StreamLatencies } from './stream-answer.ts'

/** What a server answers before it looks at the request. */
export const HTTP_FAULTS = ['unauthorized', 'out-of-credit', 'rate-limit', 'overloaded', 'server-error'] as const
export type HttpFault = (typeof HTTP_FAULTS)[number]
export type LlmFault = HttpFault | StreamFault | 'stall'

/** How a request ended: in full, by the client's going away, by a refusal, or by a fault that was asked for. */
export type LlmOutcome = 'pending' | 'completed' | 'aborted' | 'refused' | 'faulted'

/** One request as the simulator saw it. */
export type LlmRecord = {
  at: number
  key: string | undefined
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  /** Parsed; undefined until it has come, and where it is not JSON. */
  body: unknown
  status: number
  outcome: LlmOutcome
  /** The whole answer that was meant, and how many of its tokens were sent. */
  answer: string
  tokensSent: number
  /** Resolves with the outcome when the request has ended. */
  ended: Promise<LlmOutcome>
}

/** A provider's answer to a request that it refuses. */
export type Refusal = { status: number; body: unknown; headers?: Readonly<Record<string, string>> }

/** One authenticated request on its way to its answer. */
export type LlmExchange<Account> = {
  record: LlmRecord
  account: Account
  reply(status: number, body: unknown): void
  refuse(refusal: Refusal): void
  /** Answers with tokens: as events where `frames` are given, else as one body. */
  answer(options: { tokens: readonly string[]; frames?: AnswerFrames; whole: unknown }): void
}

export type LlmServerOptions<Account> = {
  keys: Readonly<Record<string, Account>>
  latencies?: Partial<StreamLatencies>
  /** Default: any free port. */
  port?: number
  /** The key that a request presents. */
  readKey(record: LlmRecord): string | undefined
  /** Headers of every answer, the id of the request among them. */
  answerHeaders(): Readonly<Record<string, string>>
  missingKey: Refusal
  unknownKey(key: string): Refusal
  faults: Readonly<Record<HttpFault, (key: string) => Refusal>>
  route(exchange: LlmExchange<Account>): void
  /** Serves what goes beyond requests and answers, WebSockets that is; `close` is called with the server's. */
  attach?(server: Server, door: LlmDoor<Account>): { close(): void }
}

/** Who may come in, for what is attached to a server. */
export type LlmDoor<Account> = {
  /** Undefined for a stranger's key. Notes the key as seen. */
  admit(key: string): Account | undefined
  /** The fault that this key meets; it counts as one time. */
  takeFault(key: string): LlmFault | undefined
}

export type LlmSimulator = {
  /** What `<PROVIDER>_BASE_URL` takes. */
  origin: string
  requests: readonly LlmRecord[]
  /** Every key that was presented, good or bad. */
  seenKeys: ReadonlySet<string>
  /**
   * Holds for every request from now on, or for those of one key, until it is set to undefined.
   * @param options.times for so many requests only
   */
  setFault(fault: LlmFault | undefined, options?: { key?: string; times?: number }): void
  close(): Promise<void>
}

const EVERY_KEY = '*'
const isHttpFault = (fault: LlmFault): fault is HttpFault => (HTTP_FAULTS as readonly string[]).includes(fault)
const isStreamFault = (fault: LlmFault): fault is StreamFault => (STREAM_FAULTS as readonly string[]).includes(fault)

/** The HTTP server under a language model's simulator: keys, faults, records, and answers token by token. */
export async function createLlmServer<Account>(options: LlmServerOptions<Account>): Promise<LlmSimulator> {
  const { keys, port = 0 } = options
  const latencies = { firstTokenMs: 0, perTokenMs: 0, ...options.latencies }
  const requests: LlmRecord[] = []
  const seenKeys = new Set<string>()
  const faults = new Map<string, { fault: LlmFault; times: number }>()

  /** The fault that a request meets; it counts as one time. */
  const takeFault = (key: string): LlmFault | undefined => {
    const name = faults.has(key) ? key : EVERY_KEY
    const found = faults.get(name)
    if (found && --found.times <= 0) faults.delete(name)
    return found?.fault
  }

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const record = toRecord(request, response)
    requests.push(record)
    for (const [name, value] of Object.entries(options.answerHeaders())) response.setHeader(name, value)
    const reply = (status: number, body: unknown, headers: Refusal['headers'] = {}) => {
      record.status = status
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
    }
    const refuse = ({ status, body, headers }: Refusal, outcome: LlmOutcome = 'refused') => {
      record.outcome = outcome
      reply(status, body, headers)
    }
    record.key = options.readKey(record)
    const { key } = record
    if (key !== undefined) seenKeys.add(key)
    record.body = await readBody(request)
    if (key === undefined) return refuse(options.missingKey)
    const account = Object.hasOwn(keys, key) ? keys[key] : undefined
    if (account === undefined) return refuse(options.unknownKey(key))
    const fault = takeFault(key)
    if (fault === 'stall') return
    if (fault && isHttpFault(fault)) return refuse(options.faults[fault](key), 'faulted')

    options.route({
      record,
      account,
      reply,
      refuse,
      answer({ tokens, frames, whole }) {
        record.answer = tokens.join('')
        if (frames) {
          const onToken = () => {
            record.tokensSent++
          }
          const onFault = () => {
            record.outcome = 'faulted'
          }
          const streamFault = fault && isStreamFault(fault) ? fault : undefined
          return streamAnswer({ response, tokens, frames, latencies, fault: streamFault, onToken, onFault })
        }
        record.tokensSent = tokens.length
        const wait = setTimeout(() => reply(200, whole), latencies.firstTokenMs + latencies.perTokenMs * tokens.length)
        response.on('close', () => clearTimeout(wait))
      },
    })
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  const attached = options.attach?.(server, {
    admit(key) {
      seenKeys.add(key)
      return Object.hasOwn(keys, key) ? keys[key] : undefined
    },
    takeFault,
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
      attached?.close()
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function toRecord(request: IncomingMessage, response: ServerResponse): LlmRecord {
  const url = new URL(request.url ?? '/', 'http://simulator')
  const record: LlmRecord = {
    at: Date.now(),
    key: undefined,
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
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
  return record
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    return undefined
  }
}
