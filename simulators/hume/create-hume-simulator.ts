import { once } from 'node:events'
import { createSimulatorServer } from '../kit/index.ts'
import type { SimulatorAnswer, SimulatorRequest } from '../kit/index.ts'
import { readSocketQuery } from './client-message.ts'
import { answerRest, refusal } from './rest.ts'
import { startSocketSession } from './socket-session.ts'
import type { HumeConnection, HumeFault, HumeLatencies, HumeSimulatedKey } from './types.ts'

export type HumeSimulatorOptions = {
  keys: Readonly<Record<string, HumeSimulatedKey>>
  latencies?: Partial<HumeLatencies>
  /** Default: any free port. */
  port?: number
  /** A socket on which nothing is said for so long is closed, in ms. Default 60,000. */
  idleMs?: number
  /** Word times count from the start of the stream; default: from the snippet's. */
  countsWordsFromStream?: boolean
}

export type HumeSimulator = {
  /** What `HUME_BASE_URL` takes. */
  origin: string
  connections: readonly HumeConnection[]
  /** Every request, upgrades included, by method and path. */
  requests(): string[]
  /** Holds from now on, until it is set to undefined. */
  setFault(fault: HumeFault | undefined): void
  close(): Promise<void>
}

const keyOf = ({ headers, query }: SimulatorRequest): string | undefined => {
  const header = headers['x-hume-api-key']
  return (Array.isArray(header) ? header[0] : header) ?? query.get('api_key') ?? undefined
}

/**
 * A local stand-in for api.hume.ai: the speech socket and the list of voices. It speaks tone speech in PCM of 48 kHz, in
 * chunks that cut samples in two. Strict about key, query, voice, and the form of every message.
 * Sources: SDK `hume` 0.16.0; https://dev.hume.ai/docs/resources/errors
 */
export async function createHumeSimulator(options: HumeSimulatorOptions): Promise<HumeSimulator> {
  const latencies = { firstAudioMs: 0, realTimeFactor: 0, ...options.latencies }
  const accounts = new Map(
    Object.entries(options.keys).map(([key, settings]) => [key, { ...settings, left: settings.credits ?? 100_000 }]),
  )
  const connections: HumeConnection[] = []
  let fault: HumeFault | undefined

  /** What the API says instead of serving a request. */
  const refuse = (key: string | undefined): SimulatorAnswer | undefined => {
    if (fault === 'server-error') return refusal(500, 'Internal error')
    if (fault === 'gone') return refusal(410, 'This API was discontinued.')
    if (fault === 'too-many-requests') return { ...refusal(429, 'Slow down'), headers: { 'retry-after': '3' } }
    // Echoes the key, which is worse than the real API is known to do.
    if (key === undefined || !accounts.has(key) || fault === 'unauthorized')
      return refusal(401, `Invalid API key ${key ?? ''}`)
    return undefined
  }

  const server = await createSimulatorServer({
    port: options.port,
    onRequest(request) {
      const key = keyOf(request)
      return refuse(key) ?? answerRest(request, accounts.get(key as string) ?? {})
    },
    onUpgrade(request) {
      const key = keyOf(request)
      const refused = refuse(key)
      if (refused) return { refuse: refused }
      if (request.path !== '/v0/tts/stream/input') return { refuse: refusal(404, 'Not found') }
      const query = readSocketQuery(request.query)
      if (typeof query === 'string') return { refuse: { status: 422, body: { message: query } } }
      if (query.format_type !== 'pcm' || query.no_binary !== 'true' || query.strip_headers !== 'true')
        return { refuse: refusal(422, 'This stand-in speaks headerless PCM in JSON.') }
      const account = accounts.get(key as string)
      if (!account) return { refuse: refusal(401, 'No such key') }
      return {
        accept(socket) {
          const closed = once(socket, 'close').then(([code]) => code as number)
          const asked = Object.fromEntries(request.query)
          const record: HumeConnection = { key: key as string, query: asked, messages: [], audioBytes: 0, closed }
          connections.push(record)
          startSocketSession({
            socket,
            account,
            record,
            query,
            latencies,
            idleMs: options.idleMs ?? 60_000,
            countsWordsFromStream: options.countsWordsFromStream ?? false,
            fault: () => fault,
          })
        },
      }
    },
  })

  return {
    origin: server.origin,
    connections,
    requests: () => server.requests.map(({ method, path }) => `${method} ${path}`),
    setFault(next) {
      fault = next
    },
    close: () => server.close(),
  }
}
