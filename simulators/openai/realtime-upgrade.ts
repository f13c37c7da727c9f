import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { createSpeechLibrary } from '../speech/index.ts'
import type { SpeechLibrary } from '../speech/index.ts'
import type { OpenAiSimulatedKey } from './types.ts'
import { runRealtimeSession } from './realtime-session.ts'
import type { RealtimeFault, RealtimeLatencies, RealtimeRecord } from './realtime-session.ts'

type RealtimeUpgradeOptions = {
  server: Server
  /** The account of a key; undefined for a stranger's. */
  accountOf(key: string | undefined): OpenAiSimulatedKey | undefined
  models: readonly string[]
  latencies: RealtimeLatencies
  takeFault(key: string): RealtimeFault | 'unauthorized' | 'rate-limit' | 'server-error' | 'stall' | undefined
  onKey(key: string): void
}

const STATUSES = { 'rate-limit': '429 Too Many Requests', 'server-error': '500 Internal Server Error' } as const

/**
 * `wss://api.openai.com/v1/realtime?intent=transcription`. A wrong key is let in and told by an event and close 3000.
 * Sources: https://github.com/crmitchelmore/justspeaktoit/pull/427 (the address, tried live; no `model`, no beta header),
 * https://github.com/openai/openai-python/issues/2253 (the refusal of `model`),
 * https://github.com/twilio-samples/speech-assistant-openai-realtime-api-python/issues/4 (close 3000)
 */
export function serveRealtime(options: RealtimeUpgradeOptions) {
  const sessions: RealtimeRecord[] = []
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  let library: SpeechLibrary | undefined

  const refuse = (socket: Duplex, status: string, message: string) => {
    const body = JSON.stringify({ error: { message, type: 'invalid_request_error', code: null, param: null } })
    socket.end(
      `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    )
  }

  options.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => {})
    const url = new URL(request.url ?? '/', 'http://simulator')
    if (url.pathname !== '/v1/realtime') return refuse(socket, '404 Not Found', 'Invalid URL')
    const key = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (key === undefined) return refuse(socket, '401 Unauthorized', 'Missing bearer or basic authentication in header')
    options.onKey(key)
    const account = options.accountOf(key)
    const fault = options.takeFault(key)
    if (fault === 'stall') return
    if (fault === 'rate-limit' || fault === 'server-error') return refuse(socket, STATUSES[fault], 'No.')
    if (request.headers['openai-beta'] !== undefined) {
      return refuse(socket, '400 Bad Request', 'The beta of this API has ended.')
    }
    if (url.searchParams.get('intent') !== 'transcription') {
      return refuse(socket, '400 Bad Request', 'This simulator has transcription sessions alone.')
    }
    if (url.searchParams.has('model')) {
      return refuse(socket, '400 Bad Request', 'You must not provide a model parameter for transcription sessions.')
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', () => {})
      const record: RealtimeRecord = { key, audioBytes: 0, commits: 0, isOpen: true }
      sessions.push(record)
      library ??= createSpeechLibrary()
      runRealtimeSession({
        socket: ws,
        record,
        library,
        models: account?.models ?? options.models,
        latencies: options.latencies,
        hasCredit: account?.hasCredit !== false,
        fault: !account || fault === 'unauthorized' ? 'reject-after-open' : fault,
      })
    })
  })
  return {
    sessions,
    close() {
      for (const client of sockets.clients) client.terminate()
    },
  }
}
