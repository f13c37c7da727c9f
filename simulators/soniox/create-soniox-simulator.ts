import { randomUUID } from 'node:crypto'
import type { WebSocket } from 'ws'
import type { SimulatorAnswer, SimulatorRequest, UpgradeDecision } from '../kit/index.ts'
import { createSimulatorServer } from '../kit/index.ts'
import { createSpeechLibrary } from '../speech/library.ts'
import { refusal } from './errors.ts'
import { answerRest } from './rest.ts'
import { runStream } from './run-stream.ts'
import type { SonioxAccount, SonioxFault, SonioxLatencies, SonioxSession } from './types.ts'

export type SonioxSimulatorOptions = {
  /** 0, the default, takes any free port. */
  port?: number
  /** Accounts by API key; any other key is refused. */
  keys: Readonly<Record<string, SonioxAccount>>
  latencies?: Partial<SonioxLatencies>
  /** Faults by API key; `*` is for every key. */
  faults?: Readonly<Record<string, SonioxFault>>
  /** How long a stream may send nothing, in ms. Default 20,000, as Soniox's. */
  idleMs?: number
  /** Takes `api_key` in the start request, as Soniox does until 15 January 2027. Default false: as from then on. */
  takesKeyInMessage?: boolean
}

export type SonioxSimulator = {
  origin: string
  /** Streams that were taken, in order. */
  sessions: readonly SonioxSession[]
  /** Every key that was presented, good or bad. */
  seenKeys: ReadonlySet<string>
  requests: readonly SimulatorRequest[]
  /** Switches a fault on, for one key or for all, or off with undefined. Streams that are open get it too. */
  setFault(fault: SonioxFault | undefined, options?: { key?: string }): void
  /** Holds for streams that open afterwards. */
  setLatencies(latencies: Partial<SonioxLatencies>): void
  close(): Promise<void>
}

const EVERY_KEY = '*'
const DEFAULT_LATENCIES: SonioxLatencies = { handshakeMs: 20, interimMs: 100, finalMs: 300 }

/** Soniox on the loopback interface: key check and `/transcribe-websocket`, hearing what the audio says. */
export async function createSonioxSimulator(options: SonioxSimulatorOptions): Promise<SonioxSimulator> {
  const { keys, idleMs = 20_000, takesKeyInMessage = false } = options
  const library = createSpeechLibrary()
  const sessions: SonioxSession[] = []
  const seenKeys = new Set<string>()
  const faults = new Map(Object.entries(options.faults ?? {}))
  let latencies = { ...DEFAULT_LATENCIES, ...options.latencies }

  const faultOf = (key: string) => faults.get(key) ?? faults.get(EVERY_KEY)
  const openStreams = (key: string) => sessions.filter((session) => session.isOpen && session.key === key).length
  const limitOf = (key: string) => keys[key]?.maxStreams ?? 10

  /** The HTTP refusal that a key or a fault earns; undefined where the request may go on. */
  const refuse = (key: string | undefined, requestId: string): SimulatorAnswer | undefined => {
    if (key !== undefined) seenKeys.add(key)
    const account = key === undefined ? undefined : keys[key]
    if (key === undefined || !account || account.state === 'revoked') return refusal({ status: 401, requestId })
    const fault = faultOf(key)
    if (fault?.kind === 'refuse') return refusal({ status: fault.status, requestId })
    return account.state === 'organization' ? refusal({ status: 403, requestId }) : undefined
  }
  /** The refusal of a stream that was taken: what only its start request brings to light. */
  const authorize = (session: SonioxSession) => (keyInMessage: string | undefined) => {
    if (session.key === '' && keyInMessage !== undefined) {
      seenKeys.add(keyInMessage)
      session.key = keyInMessage
    }
    const account = keys[session.key]
    if (!account || account.state === 'revoked') return { code: 401 }
    if (account.state === 'organization') return { code: 403 }
    if (account.state === 'no-credit') return { code: 402 }
    if (account.state === 'no-budget') return { code: 402, type: 'project_monthly_budget_exhausted' }
    return openStreams(session.key) > limitOf(session.key) ? { code: 429 } : undefined
  }

  const onUpgrade = async (request: SimulatorRequest): Promise<UpgradeDecision> => {
    const { key, protocol } = readKey(request)
    const fault = faultOf(key ?? EVERY_KEY)
    const waitMs = fault?.kind === 'slow-handshake' ? fault.ms : latencies.handshakeMs
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
    const id = randomUUID()
    const refused = key === undefined && takesKeyInMessage ? undefined : refuse(key, id)
    if (refused) return { refuse: refused }
    if (request.path !== '/transcribe-websocket') return { refuse: refusal({ status: 404, requestId: id }) }
    const session: SonioxSession = {
      id,
      key: key ?? '',
      audioBytes: 0,
      keepAlives: 0,
      transcripts: [],
      withheld: [],
      isOpen: true,
    }
    const accept = (socket: WebSocket) => {
      // Not before: a client that went away during the handshake has no stream.
      sessions.push(session)
      runStream({ socket, session, latencies, library, idleMs, authorize: authorize(session), faultOf })
    }
    return { protocol, accept }
  }

  const server = await createSimulatorServer({
    port: options.port,
    onUpgrade,
    onRequest(request) {
      const requestId = randomUUID()
      const key = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
      const refused = refuse(key, requestId)
      if (refused || key === undefined) return refused ?? refusal({ status: 401, requestId })
      return answerRest({ request, maxStreams: limitOf(key), openStreams: openStreams(key), requestId })
    },
  })
  return {
    origin: server.origin,
    sessions,
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

/**
 * `Authorization: Bearer <key>`, or the subprotocol pair `soniox-api-key, <key>` of browsers.
 * Source: https://soniox.com/docs/guides/websocket-authentication
 */
function readKey({ headers }: SimulatorRequest): { key?: string; protocol?: string } {
  const [, key] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? []
  if (key) return { key }
  const [scheme, offered] = (headers['sec-websocket-protocol'] ?? '').split(',').map((part) => part.trim())
  return scheme === 'soniox-api-key' && offered ? { key: offered, protocol: scheme } : {}
}
