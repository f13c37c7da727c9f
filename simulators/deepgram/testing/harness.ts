import { once } from 'node:events'
import WebSocket from 'ws'
import type { AudioEncoding } from '../../../src/provider-kit/audio.ts'
import { FRAME_BYTES, SILENCE_BYTE } from '../../../src/provider-kit/audio.ts'
import { loadUtterance } from '../../speech/library.ts'
import type { DeepgramSimulator, DeepgramSimulatorOptions } from '../index.ts'
import { createDeepgramSimulator } from '../index.ts'

export type Message = Record<string, unknown>

export const KEY = 'a'.repeat(40)
/** Queries of a usual stream. */
export const V1 =
  'model=nova-3&encoding=mulaw&sample_rate=8000&interim_results=true&endpointing=300&vad_events=true&smart_format=true'
export const V2 = 'model=flux-general-en&encoding=mulaw&sample_rate=8000&eager_eot_threshold=0.4'
export const QUICK = { handshakeMs: 0, interimMs: 0, finalMs: 0, eagerMs: 0 }

export const silence = (ms: number, encoding: AudioEncoding = 'mulaw') => Buffer.alloc(ms * 8, SILENCE_BYTE[encoding])

/** An utterance with silence around it. */
export const say = (id: string, encoding: AudioEncoding = 'mulaw') =>
  Buffer.concat([silence(200, encoding), loadUtterance(id, encoding), silence(500, encoding)])

export const transcriptOf = (message: Message) =>
  (message.channel as { alternatives: { transcript: string }[] }).alternatives[0]?.transcript

/** The texts of v1's final results. */
export const finalsOf = (messages: Message[]) =>
  messages
    .filter((message) => message.is_final === true)
    .map(transcriptOf)
    .filter(Boolean)

/** Starts simulators and bare clients, and closes them all after each test. */
export function createHarness() {
  const open: { close(): unknown }[] = []

  async function start(options: Partial<DeepgramSimulatorOptions> = {}): Promise<DeepgramSimulator> {
    const keys = { [KEY]: { projectName: 'Bakery', state: 'valid' as const } }
    const simulator = await createDeepgramSimulator({ keys, latencies: QUICK, ...options })
    open.push(simulator)
    return simulator
  }

  /** A bare client: what comes, and how it ends. */
  async function listen(
    simulator: DeepgramSimulator,
    path: string,
    headers: Record<string, string> = { authorization: `Token ${KEY}` },
  ) {
    const socket = new WebSocket(`${simulator.origin.replace('http', 'ws')}${path}`, { headers })
    open.push({ close: () => socket.terminate() })
    const messages: Message[] = []
    socket.on('message', (data) => messages.push(JSON.parse(String(data))))
    const closed = once(socket, 'close').then(([code, reason]) => `${code} ${reason}`.trim())
    await once(socket, 'open')
    return {
      messages,
      closed,
      sendAudio(audio: Buffer) {
        for (let at = 0; at < audio.length; at += FRAME_BYTES) socket.send(audio.subarray(at, at + FRAME_BYTES))
      },
      send: (message: string | Buffer | object) =>
        socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message)),
      ping: async () => {
        socket.ping()
        await once(socket, 'pong')
      },
    }
  }

  return {
    start,
    listen,
    /** Has something closed after the test. */
    closeLater: (one: { close(): unknown }) => void open.push(one),
    async closeAll() {
      for (const one of open.splice(0).reverse()) await one.close()
    },
  }
}

/** The answer to a refused handshake. */
export async function refusedHandshake(simulator: DeepgramSimulator, path: string, headers: Record<string, string>) {
  const socket = new WebSocket(`${simulator.origin.replace('http', 'ws')}${path}`, { headers })
  const [, response] = await once(socket, 'unexpected-response')
  let body = ''
  for await (const chunk of response) body += chunk
  return { status: response.statusCode as number, headers: response.headers, body }
}
