import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { createSpeechLibrary } from '../speech/library.ts'
import { createAccount } from './account.ts'
import type { Account, ElevenLabsSimulatedKey } from './account.ts'
import * as errors from './api-error.ts'
import type { ApiError } from './api-error.ts'
import { answerHttp } from './http-routes.ts'
import { ENCODING_BY_FORMAT, readSocketQuery, SOCKET_MODELS } from './socket-query.ts'
import type { SocketQuery } from './socket-query.ts'
import { startSocketSession } from './socket-session.ts'
import type { ElevenLabsConnection, ElevenLabsFault } from './socket-session.ts'
import type { ElevenLabsLatencies } from './speech-context.ts'
import { startTranscription } from './transcribe-session.ts'
import type { ElevenLabsTranscription } from './transcribe-session.ts'

export type ElevenLabsSimulatorOptions = {
  keys: Readonly<Record<string, ElevenLabsSimulatedKey>>
  latencies?: Partial<ElevenLabsLatencies>
  /** Voice ids that exist. */
  voices?: readonly string[]
  /** Default: any free port. */
  port?: number
  /** Length of the second that `inactivity_timeout` counts in, in ms. Default 1,000. */
  secondMs?: number
  /** Writes `is_final` and `charDurationsMs` in the place of `isFinal` and `charsDurationsMs`. */
  usesVariantNames?: boolean
}

export type ElevenLabsSimulator = {
  /** What `ELEVENLABS_BASE_URL` takes. */
  origin: string
  connections: readonly ElevenLabsConnection[]
  /** Transcriptions that were opened, in order. */
  transcriptions: readonly ElevenLabsTranscription[]
  /** Every HTTP request, `GET /v1/models`. */
  requests: readonly string[]
  /** Every text to be spoken, over all connections, in order. */
  texts(): string[]
  /** Every key that was presented, good or bad. */
  seenKeys: ReadonlySet<string>
  /** Holds from now on, for every key or for one, until it is set to undefined. */
  setFault(fault: ElevenLabsFault | undefined, options?: { key?: string }): void
  close(): Promise<void>
}

const VOICES = ['EXAVITQu4vr4xnSDxMaL', 'JBFqnCBsd6RMkjVDRZzb', 'Xb7hH8MSUJpSbSDYk0k2']
const EVERY_KEY = '*'
const TRANSCRIBE_PATH = '/v1/speech-to-text/realtime'
const SOCKET_PATH = /^\/v1\/text-to-speech\/([^/]+)\/(multi-)?stream-input$/

const readBody = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    return undefined
  }
}

const keyOf = (request: IncomingMessage): string | undefined => {
  const { 'xi-api-key': header, authorization } = request.headers
  return (Array.isArray(header) ? header[0] : header) ?? /^Bearer (\S+)$/.exec(authorization ?? '')?.[1]
}

const refuseUpgrade = (socket: Duplex, status: number, json: unknown) => {
  const body = JSON.stringify(json)
  const head = `HTTP/1.1 ${status} Refused\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}`
  socket.end(`${head}\r\nconnection: close\r\n\r\n${body}`)
}

const findRefusal = (query: SocketQuery, voice: string, voices: readonly string[]): ApiError | undefined => {
  if (!voices.includes(voice)) return errors.voiceNotFound(voice)
  if (!SOCKET_MODELS.includes(query.model_id)) return errors.modelNotFound(query.model_id)
  return ENCODING_BY_FORMAT[query.output_format] ? undefined : errors.formatRefused(query.output_format)
}

/**
 * A local stand-in for api.elevenlabs.io: both text-input sockets, live transcription, account, voices, models and speech
 * over HTTP. The voice is tone speech, so that a recording can be read back; transcription hears what the audio says. Strict about keys, parameters and the form of every message.
 * Sources: elevenlabs/elevenlabs-docs (`asyncapi.yml`, `error-messages.mdx`, `conversational-agents.mdx`); behaviour that
 * is not documented carries its source where it stands.
 */
export async function createElevenLabsSimulator(options: ElevenLabsSimulatorOptions): Promise<ElevenLabsSimulator> {
  const { voices = VOICES, port = 0, secondMs = 1000, usesVariantNames = false } = options
  const latencies = { firstAudioMs: 0, realTimeFactor: 0, interimMs: 0, commitMs: 0, ...options.latencies }
  const accounts = new Map(Object.entries(options.keys).map(([key, settings]) => [key, createAccount(key, settings)]))
  const connections: ElevenLabsConnection[] = []
  const transcriptions: ElevenLabsTranscription[] = []
  const library = createSpeechLibrary()
  const requests: string[] = []
  const seenKeys = new Set<string>()
  const faults = new Map<string, ElevenLabsFault>()

  const faultOf = (key: string | undefined) => faults.get(key ?? EVERY_KEY) ?? faults.get(EVERY_KEY)

  const accountOf = (key: string): Account | undefined => {
    seenKeys.add(key)
    return accounts.get(key)
  }

  /** The account behind a request, or what the API says instead. */
  const admit = (key: string | undefined): Account | ApiError => {
    if (key === undefined) return errors.needsAuthorization
    const account = accountOf(key)
    const fault = faultOf(key)
    if (fault === 'server-error')
      return { status: 500, code: 'internal_server_error', message: 'Internal server error.' }
    if (account && fault === 'rate-limited') return errors.tooManyRequests
    return account && fault !== 'unauthorized' ? account : errors.invalidKey(key)
  }

  const onRequest = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://simulator')
    requests.push(`${request.method} ${url.pathname}`)
    const body = await readBody(request)
    const account = admit(keyOf(request))
    response.setHeader('request-id', `simulated-${requests.length}`)
    if (faultOf(keyOf(request)) === 'stall') return
    const answer =
      'code' in account
        ? { status: account.status, json: errors.toErrorBody(account) }
        : answerHttp({
            method: request.method ?? 'GET',
            path: url.pathname,
            query: url.searchParams,
            body,
            account,
            voices,
          })
    if ('audio' in answer) response.writeHead(200, { 'content-type': 'audio/basic' }).end(answer.audio)
    else response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.json))
  }

  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })

  const takeTranscription = (request: IncomingMessage, socket: Duplex, head: Buffer, query: URLSearchParams) => {
    const key = keyOf(request)
    const account = admit(key)
    if ('code' in account) return refuseUpgrade(socket, account.status, errors.toErrorBody(account))
    sockets.handleUpgrade(request, socket, head, (ws) => {
      const record: ElevenLabsTranscription = {
        key: account.key,
        query,
        audioBytes: 0,
        chunks: [],
        commits: 0,
        transcripts: [],
        isOpen: true,
      }
      transcriptions.push(record)
      startTranscription({ socket: ws, record, account, library, latencies, secondMs, fault: () => faultOf(key) })
    })
  }

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const url = new URL(request.url ?? '/', 'http://simulator')
    if (url.pathname === TRANSCRIBE_PATH) return takeTranscription(request, socket, head, url.searchParams)
    const [, voice, multi] = SOCKET_PATH.exec(url.pathname) ?? []
    if (voice === undefined) return refuseUpgrade(socket, 404, { detail: 'Not Found' })
    const query = readSocketQuery(url.searchParams)
    if (typeof query === 'string') return refuseUpgrade(socket, 422, { detail: [{ loc: ['query'], msg: query }] })
    const key = keyOf(request) ?? query.authorization
    // Without a key in the header it may still come in the first message.
    const account = key === undefined && faultOf(key) !== 'server-error' ? undefined : admit(key)
    if (account && 'code' in account) return refuseUpgrade(socket, account.status, errors.toErrorBody(account))
    sockets.handleUpgrade(request, socket, head, (ws) => {
      const record: ElevenLabsConnection = {
        key,
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        messages: [],
        texts: [],
        openContexts: new Set(),
        audioBytes: 0,
        closed: once(ws, 'close').then(([code]) => code as number),
      }
      connections.push(record)
      startSocketSession({
        socket: ws,
        isMulti: multi !== undefined,
        query,
        encoding: ENCODING_BY_FORMAT[query.output_format] ?? 'mulaw',
        account,
        accountOf,
        record,
        latencies,
        fault: () => faultOf(key),
        secondMs,
        usesVariantNames,
        refusal: findRefusal(query, decodeURIComponent(voice), voices),
      })
    })
  }

  const server = createServer((request, response) => {
    onRequest(request, response).catch(() => response.destroy())
  })
  server.on('upgrade', onUpgrade)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections,
    transcriptions,
    requests,
    texts: () => connections.flatMap(({ texts }) => texts.map(({ text }) => text)),
    seenKeys,
    setFault: (fault, { key = EVERY_KEY } = {}) => {
      if (fault) faults.set(key, fault)
      else faults.delete(key)
    },
    close: async () => {
      const closed = once(server, 'close')
      for (const socket of sockets.clients) socket.terminate()
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
