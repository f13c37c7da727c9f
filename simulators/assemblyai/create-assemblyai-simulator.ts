import { randomUUID } from 'node:crypto'
import type { WebSocket } from 'ws'
import type { SimulatorAnswer, SimulatorRequest, UpgradeDecision } from '../kit/index.ts'
import { createSimulatorServer } from '../kit/index.ts'
import { createSpeechLibrary } from '../speech/library.ts'
import { answerRest, refusal } from './rest.ts'
import type { StreamRefusal } from './run-stream.ts'
import { runStream } from './run-stream.ts'
import type { AssemblyAiAccount, AssemblyAiFault, AssemblyAiLatencies, AssemblyAiSession } from './types.ts'

export type AssemblyAiSimulatorOptions = {
  /** 0, the default, takes any free port. */
  port?: number
  /** Accounts by API key; any other key is refused. */
  keys: Readonly<Record<string, AssemblyAiAccount>>
  latencies?: Partial<AssemblyAiLatencies>
  /** Faults by API key; `*` is for every key. */
  faults?: Readonly<Record<string, AssemblyAiFault>>
  /** How long a stream may send nothing, in ms. Default: what its `inactivity_timeout` says. */
  idleMs?: number
}

export type AssemblyAiSimulator = {
  origin: string
  /** Streams that were taken, in order, those included that were refused after they opened. */
  sessions: readonly AssemblyAiSession[]
  /** Every key that was presented, good or bad. */
  seenKeys: ReadonlySet<string>
  requests: readonly SimulatorRequest[]
  /** Switches a fault on, for one key or for all, or off with undefined. Streams that are open get it too. */
  setFault(fault: AssemblyAiFault | undefined, options?: { key?: string }): void
  /** Holds for streams that open afterwards. */
  setLatencies(latencies: Partial<AssemblyAiLatencies>): void
  close(): Promise<void>
}

const EVERY_KEY = '*'
const DEFAULT_LATENCIES: AssemblyAiLatencies = {
  handshakeMs: 20,
  beginMs: 20,
  interimMs: 100,
  finalMs: 300,
  formatMs: 80,
}

/** AssemblyAI on the loopback interface: key check and `/v3/ws`, hearing what the audio says. */
export async function createAssemblyAiSimulator(options: AssemblyAiSimulatorOptions): Promise<AssemblyAiSimulator> {
  const { keys } = options
  const library = createSpeechLibrary()
  const sessions: AssemblyAiSession[] = []
  const seenKeys = new Set<string>()
  const faults = new Map(Object.entries(options.faults ?? {}))
  let latencies = { ...DEFAULT_LATENCIES, ...options.latencies }

  const faultOf = (key: string) => faults.get(key) ?? faults.get(EVERY_KEY)
  const openStreams = (key: string) => sessions.filter((session) => session.isOpen && session.key === key).length

  /** Sockets open whatever the key is; the refusal comes after it. Source: docs/streaming/common-session-errors-and-closures */
  const refuseStream = (key: string): StreamRefusal | undefined => {
    const account = keys[key]
    if (key === '') return { code: 1008, error: 'Unauthorized Connection: Missing Authorization header' }
    if (!account || account.state === 'revoked') {
      return { code: 1008, error: 'Unauthorized Connection: Invalid API key' }
    }
    if (account.state !== 'valid') {
      return { code: 1008, error: 'Unauthorized Connection: Insufficient account balance' }
    }
    return openStreams(key) >= (account.maxStreams ?? 100)
      ? { code: 3009, error: 'Unauthorized Connection: Too many concurrent sessions' }
      : undefined
  }

  const onUpgrade = async (request: SimulatorRequest): Promise<UpgradeDecision> => {
    const key = request.headers.authorization ?? ''
    if (key) seenKeys.add(key)
    const fault = faultOf(key || EVERY_KEY)
    const waitMs = fault?.kind === 'slow-handshake' ? fault.ms : latencies.handshakeMs
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
    if (fault?.kind === 'refuse') return { refuse: refusal(fault.status, fault.error) }
    if (request.path !== '/v3/ws') return { refuse: refusal(404) }
    const { query } = request
    const timeout = query.get('inactivity_timeout')
    const accept = (socket: WebSocket) => {
      const session: AssemblyAiSession = {
        id: randomUUID(),
        key,
        query: Object.fromEntries(query),
        audioBytes: 0,
        frameMs: [],
        keepAlives: 0,
        transcripts: [],
        withheld: [],
        isOpen: true,
      }
      const refused = refuseStream(key)
      const idleMs = options.idleMs ?? (timeout === null ? undefined : Number(timeout) * 1000)
      // Not before: a client that went away during the handshake has no stream.
      sessions.push(session)
      runStream({ socket, session, query, latencies, library, idleMs, refusal: refused, faultOf })
    }
    return { accept }
  }

  const server = await createSimulatorServer({
    port: options.port,
    onUpgrade,
    onRequest(request): SimulatorAnswer {
      const key = request.headers.authorization ?? ''
      if (key) seenKeys.add(key)
      const account = keys[key]
      if (!account || account.state === 'revoked') return refusal(401)
      const fault = faultOf(key)
      return fault?.kind === 'refuse' ? refusal(fault.status, fault.error) : answerRest(request, account)
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
