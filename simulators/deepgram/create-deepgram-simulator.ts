import { randomUUID } from 'node:crypto'
import type { WebSocket } from 'ws'
import type { SimulatorRequest, UpgradeDecision } from '../kit/index.ts'
import { createSimulatorServer } from '../kit/index.ts'
import { createSpeechLibrary } from '../speech/library.ts'
import { refusal } from './errors.ts'
import { findQueryError } from './listen-query.ts'
import { answerRest } from './rest.ts'
import { runStream } from './run-stream.ts'
import { findSpeakQueryError } from './speak-query.ts'
import { runSpeech } from './speak-session.ts'
import type {
  DeepgramAccount,
  DeepgramFault,
  DeepgramLatencies,
  DeepgramSession,
  DeepgramSpeakSession,
} from './types.ts'

export type DeepgramSimulatorOptions = {
  /** 0, the default, takes any free port. */
  port?: number
  /** Accounts by API key; any other key is refused. */
  keys: Readonly<Record<string, DeepgramAccount>>
  latencies?: Partial<DeepgramLatencies>
  /** Faults by API key; `*` is for every key. */
  faults?: Readonly<Record<string, DeepgramFault>>
  /** How long a v1 stream may send nothing, in ms. Default 10,000, as Deepgram's. */
  idleMs?: number
  /** Length of the minute that the limits of speech count in, in ms. Default 60,000. */
  minuteMs?: number
}

export type DeepgramSimulator = {
  origin: string
  /** Streams that were taken, in order. */
  sessions: readonly DeepgramSession[]
  /** Speaking connections that were taken, in order. */
  speakSessions: readonly DeepgramSpeakSession[]
  /** Every key that was presented, good or bad. */
  seenKeys: ReadonlySet<string>
  requests: readonly SimulatorRequest[]
  /** Switches a fault on, for one key or for all, or off with undefined. Streams that are open get it too. */
  setFault(fault: DeepgramFault | undefined, options?: { key?: string }): void
  /** Holds for streams that open afterwards. */
  setLatencies(latencies: Partial<DeepgramLatencies>): void
  close(): Promise<void>
}

const EVERY_KEY = '*'
const DEFAULT_LATENCIES: DeepgramLatencies = {
  handshakeMs: 20,
  interimMs: 100,
  finalMs: 300,
  eagerMs: 160,
  firstAudioMs: 100,
  realTimeFactor: 0.05,
  clearedMs: 20,
}

/**
 * Deepgram on the loopback interface: key check and models, `/v1/listen` and `/v2/listen`, hearing what the audio says, and
 * `/v1/speak`, whose tone speech can be read back.
 */
export async function createDeepgramSimulator(options: DeepgramSimulatorOptions): Promise<DeepgramSimulator> {
  const { keys, idleMs = 10_000, minuteMs = 60_000 } = options
  const library = createSpeechLibrary()
  const sessions: DeepgramSession[] = []
  const speakSessions: DeepgramSpeakSession[] = []
  const seenKeys = new Set<string>()
  const faults = new Map(Object.entries(options.faults ?? {}))
  let latencies = { ...DEFAULT_LATENCIES, ...options.latencies }

  const faultOf = (key: string) => faults.get(key) ?? faults.get(EVERY_KEY)
  const countOpen = (all: readonly { isOpen: boolean; key: string }[], key: string) =>
    all.filter((session) => session.isOpen && session.key === key).length

  /**
   * The refusal that a key or a fault earns; undefined where the request may go on.
   * @param others connections of the same kind, where it is for one
   */
  const refuse = (key: string | undefined, requestId: string, others?: readonly { isOpen: boolean; key: string }[]) => {
    if (key !== undefined) seenKeys.add(key)
    const account = key === undefined ? undefined : keys[key]
    if (key === undefined || !account || account.state === 'revoked') return refusal({ status: 401, requestId })
    const fault = faultOf(key)
    if (fault?.kind === 'refuse') return refusal({ status: fault.status, requestId })
    if (!others) return undefined
    if (account.state === 'no-credit') return refusal({ status: 402, requestId })
    return countOpen(others, key) >= (account.maxStreams ?? 100) ? refusal({ status: 429, requestId }) : undefined
  }

  const takeSpeech = ({ query }: SimulatorRequest, key: string, requestId: string): UpgradeDecision => {
    const problem = findSpeakQueryError(query)
    if (problem) return { refuse: refusal({ status: 400, requestId, ...problem }) }
    const session: DeepgramSpeakSession = {
      id: requestId,
      key,
      query: Object.fromEntries(query),
      messages: [],
      texts: [],
      audioBytes: 0,
      flushes: 0,
      clears: 0,
      isOpen: true,
    }
    const accept = (socket: WebSocket) => {
      speakSessions.push(session)
      runSpeech({ socket, session, query, latencies, minuteMs, faultOf })
    }
    return { headers: { 'dg-request-id': requestId }, accept }
  }

  const onUpgrade = async (request: SimulatorRequest): Promise<UpgradeDecision> => {
    const requestId = randomUUID()
    const { key, protocol } = readKey(request)
    const fault = faultOf(key ?? EVERY_KEY)
    const waitMs = fault?.kind === 'slow-handshake' ? fault.ms : latencies.handshakeMs
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
    const isSpeech = request.path === '/v1/speak'
    const refused = refuse(key, requestId, isSpeech ? speakSessions : sessions)
    if (refused) return { refuse: refused }
    if (isSpeech) return takeSpeech(request, key as string, requestId)
    const version = /^\/(v[12])\/listen$/.exec(request.path)?.[1] as 'v1' | 'v2' | undefined
    if (!version) return { refuse: { status: 404, body: 'Not Found' } }
    const detail = findQueryError(version, request.query)
    if (detail) return { refuse: refusal({ status: 400, requestId, detail }) }
    const session: DeepgramSession = {
      id: requestId,
      version,
      key: key as string,
      query: Object.fromEntries(request.query),
      audioBytes: 0,
      keepAlives: 0,
      transcripts: [],
      isOpen: true,
      isLost: false,
    }
    const accept = (socket: WebSocket) => {
      // Not before: a client that went away during the handshake has no stream.
      sessions.push(session)
      runStream({ socket, session, query: request.query, latencies, library, idleMs, faultOf })
    }
    return { headers: { 'dg-request-id': requestId }, protocol, accept }
  }

  const server = await createSimulatorServer({
    port: options.port,
    onUpgrade,
    onRequest(request) {
      const requestId = randomUUID()
      const { key } = readKey(request)
      const refused = refuse(key, requestId)
      if (refused) return refused
      return answerRest({ request, key: key as string, account: keys[key as string] as DeepgramAccount, requestId })
    },
  })
  return {
    origin: server.origin,
    sessions,
    speakSessions,
    seenKeys,
    requests: server.requests,
    setFault(fault, { key = EVERY_KEY } = {}) {
      if (fault) faults.set(key, fault)
      else faults.delete(key)
    },
    setLatencies(changed) {
      latencies = { ...latencies, ...changed }
    },
    close: server.close,
  }
}

/** `Authorization: Token <key>`, or the subprotocol pair `token, <key>` of browsers. Source: docs/using-the-sec-websocket-protocol */
function readKey({ headers }: SimulatorRequest): { key?: string; protocol?: string } {
  const [, key] = /^Token (\S+)$/i.exec(headers.authorization ?? '') ?? []
  if (key) return { key }
  const [scheme, offered] = (headers['sec-websocket-protocol'] ?? '').split(',').map((part) => part.trim())
  return scheme === 'token' && offered ? { key: offered, protocol: 'token' } : {}
}
