import { once } from 'node:events'
import { createSimulatorServer } from '../kit/index.ts'
import type { SimulatorAnswer, SimulatorRequest } from '../kit/index.ts'
import { createAccount } from './account.ts'
import type { Account } from './account.ts'
import * as errors from './api-error.ts'
import { answerRest } from './rest.ts'
import { startSocketSession } from './socket-session.ts'
import type { CartesiaConnection, CartesiaFault, CartesiaLatencies, CartesiaSimulatedKey } from './types.ts'

export type CartesiaSimulatorOptions = {
  keys: Readonly<Record<string, CartesiaSimulatedKey>>
  latencies?: Partial<CartesiaLatencies>
  /** Default: any free port. */
  port?: number
  /** From a context's last audio until it is forgotten, in ms. Default 1,000. */
  expiryMs?: number
  /** A connection on which nothing is said for so long is closed, in ms. Default 300,000. */
  idleMs?: number
}

export type CartesiaSimulator = {
  /** What `CARTESIA_BASE_URL` takes. */
  origin: string
  connections: readonly CartesiaConnection[]
  /** Every request, upgrades included, `GET /voices?limit=1`. */
  requests(): string[]
  /** Every text to be spoken, over all connections, in order. */
  texts(): string[]
  /** Holds from now on, for every key or for one, until it is set to undefined. */
  setFault(fault: CartesiaFault | undefined, options?: { key?: string }): void
  close(): Promise<void>
}

const EVERY_KEY = '*'
const VERSION = /^20\d\d-\d\d-\d\d$/
const SOCKET_QUERY = new Set(['cartesia_version', 'access_token'])

const keyOf = ({ headers }: SimulatorRequest): string | undefined => {
  const header = headers['x-api-key']
  return (Array.isArray(header) ? header[0] : header) ?? /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1]
}

/**
 * A local stand-in for api.cartesia.ai: the speech socket and the list of voices. The voice is tone speech, so that a
 * recording can be read back. Strict about key, version, query, and the form and state of every message.
 * Sources: https://docs.cartesia.ai (`tts-websocket/contexts`, `tts-websocket/buffering`, `api-errors`, `api-conventions`) and
 * the types of SDK `@cartesia/cartesia-js` 4.2.0
 */
export async function createCartesiaSimulator(options: CartesiaSimulatorOptions): Promise<CartesiaSimulator> {
  const latencies = { firstAudioMs: 0, realTimeFactor: 0, ...options.latencies }
  const accounts = new Map(Object.entries(options.keys).map(([key, settings]) => [key, createAccount(key, settings)]))
  const connections: CartesiaConnection[] = []
  const faults = new Map<string, CartesiaFault>()
  const faultOf = (key: string | undefined) => faults.get(key ?? EVERY_KEY) ?? faults.get(EVERY_KEY)

  /** The account behind a request, or what the API says instead. */
  const admit = (request: SimulatorRequest): Account | SimulatorAnswer => {
    const key = keyOf(request)
    const fault = faultOf(key)
    const version = request.query.get('cartesia_version') ?? request.headers['cartesia-version']
    if (fault === 'server-error') return errors.toAnswer(errors.serverError)
    if (typeof version !== 'string' || !VERSION.test(version)) return errors.toAnswer(errors.noVersion)
    if (key === undefined) return errors.toAnswer(errors.noKey)
    if (fault === 'unauthorized-in-text') return errors.toTextAnswer(errors.invalidKey(key))
    const account = accounts.get(key)
    return account && fault !== 'unauthorized' ? account : errors.toAnswer(errors.invalidKey(key))
  }

  const server = await createSimulatorServer({
    port: options.port,
    async onRequest(request) {
      if (faultOf(keyOf(request)) === 'stall') await new Promise(() => {})
      const account = admit(request)
      return 'status' in account ? account : answerRest(request, account)
    },
    onUpgrade(request) {
      if (request.path !== '/tts/websocket') return { refuse: errors.toAnswer(errors.notFound) }
      const unknown = [...request.query.keys()].find((name) => !SOCKET_QUERY.has(name))
      if (unknown) return { refuse: errors.toAnswer(errors.invalidRequest(`Unknown parameter ${unknown}.`)) }
      const account = admit(request)
      if ('status' in account) return { refuse: account }
      return {
        accept(socket) {
          const closed = once(socket, 'close').then(([code]) => code as number)
          const record: CartesiaConnection = { key: account.key, messages: [], texts: [], closed }
          connections.push(record)
          startSocketSession({
            socket,
            account,
            record,
            latencies,
            expiryMs: options.expiryMs ?? 1000,
            idleMs: options.idleMs ?? 300_000,
            fault: () => faultOf(account.key),
          })
        },
      }
    },
  })

  return {
    origin: server.origin,
    connections,
    requests: () =>
      server.requests.map(({ method, path, query }) => `${method} ${path}${query.size > 0 ? `?${query}` : ''}`),
    texts: () => connections.flatMap(({ texts }) => texts),
    setFault(fault, { key = EVERY_KEY } = {}) {
      if (fault) faults.set(key, fault)
      else faults.delete(key)
    },
    close: () => server.close(),
  }
}
