import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { z } from 'zod'
import type { WebSocket } from 'ws'
import { WebSocketServer } from 'ws'
import type { LlmDoor, LlmFault, Refusal } from '../llm-kit/index.ts'
import { createSpeechLibrary } from '../speech/index.ts'
import type { SpeechLibrary } from '../speech/index.ts'
import * as errors from './api-error.ts'
import type { XaiSimulatedKey } from './create-xai-simulator.ts'
import { runSttSession } from './stt-session.ts'
import { runTtsSession } from './tts-session.ts'

/** Some of the built-in voices. Source: https://docs.x.ai/developers/model-capabilities/audio/text-to-speech */
export const VOICES = ['eve', 'ara', 'rex', 'sal', 'leo'] as const

/** One socket as the simulator saw it. */
export type VoiceSession = {
  path: string
  key: string
  query: Readonly<Record<string, string>>
  /** What the client sent as text. */
  messages: Record<string, unknown>[]
  audioBytes: number
  isOpen: boolean
  closeCode?: number
}

export type VoiceSessionOptions = {
  socket: WebSocket
  session: VoiceSession
  library: SpeechLibrary
  fault: LlmFault | undefined
}

const rate = z.enum(['8000', '16000', '22050', '24000', '44100', '48000'])

/** Source: https://docs.x.ai/developers/rest-api-reference/inference/voice (streaming text to speech) */
const ttsQuery = z.strictObject({
  language: z.string().regex(/^(auto|[a-z]{2}(-[A-Z]{2})?)$/),
  voice: z.string().optional(),
  codec: z.enum(['mp3', 'wav', 'pcm', 'mulaw', 'ulaw', 'alaw']).optional(),
  sample_rate: rate.optional(),
  bit_rate: z.string().optional(),
  speed: z.string().optional(),
  optimize_streaming_latency: z.enum(['0', '1', '2']).optional(),
  text_normalization: z.enum(['true', 'false']).optional(),
  with_timestamps: z.enum(['true', 'false']).optional(),
})

/** Source: https://docs.x.ai/developers/rest-api-reference/inference/speech-to-text (streaming) */
const sttQuery = z.strictObject({
  sample_rate: rate.optional(),
  encoding: z.enum(['pcm', 'mulaw', 'alaw']).optional(),
  interim_results: z.enum(['true', 'false']).optional(),
  endpointing: z
    .string()
    .regex(/^([0-4]?\d{1,3}|5000)$/)
    .optional(),
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/)
    .optional(),
  diarize: z.enum(['true', 'false']).optional(),
  filler_words: z.enum(['true', 'false']).optional(),
  keyterm: z.string().max(50).optional(),
})

const HTTP_FAULTS: Partial<Record<LlmFault, (key: string) => Refusal>> = {
  unauthorized: errors.incorrectKey,
  'out-of-credit': () => errors.creditsUsed,
  'rate-limit': () => errors.rateLimited,
  overloaded: () => errors.unavailable,
  'server-error': () => errors.internalError,
}

type ServeVoiceOptions = {
  server: Server
  door: LlmDoor<XaiSimulatedKey>
  /** What bars an account from speech. */
  findBar(account: XaiSimulatedKey): Refusal | undefined
  sessions: VoiceSession[]
}

const findQueryProblem = (path: string, url: URL): string | undefined => {
  const query = Object.fromEntries(url.searchParams)
  const parsed = (path === '/v1/tts' ? ttsQuery : sttQuery).safeParse(query)
  if (!parsed.success) return `${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`
  if (path === '/v1/tts' && !(VOICES as readonly string[]).includes((query.voice ?? 'eve').toLowerCase())) {
    return `Unknown voice ${query.voice}.`
  }
  return url.searchParams.getAll('keyterm').length > 100 ? 'Too many keyterms.' : undefined
}

/** `wss://api.x.ai/v1/tts` and `wss://api.x.ai/v1/stt`. A wrong key is refused with 400, as everywhere at xAI. */
export function serveVoice({ server, door, findBar, sessions }: ServeVoiceOptions): { close(): void } {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  let library: SpeechLibrary | undefined

  const findRefusal = (key: string | undefined, fault: LlmFault | undefined, url: URL): Refusal | undefined => {
    if (key === undefined) return errors.missingKey
    const account = door.admit(key)
    if (!account) return errors.incorrectKey(key)
    if (fault && HTTP_FAULTS[fault]) return HTTP_FAULTS[fault](key)
    const bar = findBar(account)
    if (bar) return bar
    if (url.pathname !== '/v1/tts' && url.pathname !== '/v1/stt') return errors.modelNotFound(url.pathname)
    const problem = findQueryProblem(url.pathname, url)
    return problem === undefined ? undefined : errors.invalidArgument(problem)
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => {})
    const url = new URL(request.url ?? '/', 'http://simulator')
    const key = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
    const fault = key === undefined ? undefined : door.takeFault(key)
    const refusal = findRefusal(key, fault, url)
    if (refusal) {
      const body = JSON.stringify(refusal.body)
      const head = `HTTP/1.1 ${refusal.status} Refused\r\nconnection: close\r\ncontent-type: application/json\r\n`
      return socket.end(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
    }
    if (fault === 'stall') return
    sockets.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', () => {})
      const session: VoiceSession = {
        path: url.pathname,
        key: key as string,
        query: Object.fromEntries(url.searchParams),
        messages: [],
        audioBytes: 0,
        isOpen: true,
      }
      sessions.push(session)
      ws.on('close', (code) => Object.assign(session, { isOpen: false, closeCode: code }))
      library ??= createSpeechLibrary()
      const options = { socket: ws, session, library, fault }
      if (url.pathname === '/v1/tts') runTtsSession(options)
      else runSttSession(options)
    })
  })
  return {
    close() {
      for (const client of sockets.clients) client.terminate()
    },
  }
}
