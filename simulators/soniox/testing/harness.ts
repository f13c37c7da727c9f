import { once } from 'node:events'
import WebSocket from 'ws'
import type { AudioEncoding } from '../../../src/provider-kit/audio.ts'
import { FRAME_BYTES, SILENCE_BYTE } from '../../../src/provider-kit/audio.ts'
import { loadUtterance } from '../../speech/library.ts'
import type { SonioxSimulator, SonioxSimulatorOptions } from '../index.ts'
import { createSonioxSimulator } from '../index.ts'

export type Token = { text: string; is_final: boolean }
export type Message = { tokens?: Token[]; finished?: boolean } & Record<string, unknown>

export const KEY = 'a'.repeat(64)
/** A usual start request. */
export const START = {
  model: 'stt-rt-v5',
  audio_format: 'mulaw',
  sample_rate: 8000,
  num_channels: 1,
  enable_endpoint_detection: true,
}
export const QUICK = { handshakeMs: 0, interimMs: 0, finalMs: 0 }

export const silence = (ms: number, encoding: AudioEncoding = 'mulaw') => Buffer.alloc(ms * 8, SILENCE_BYTE[encoding])

/** An utterance with silence around it. */
export const say = (id: string, encoding: AudioEncoding = 'mulaw') =>
  Buffer.concat([silence(200, encoding), loadUtterance(id, encoding), silence(500, encoding)])

export const framesOf = (audio: Buffer) =>
  Array.from({ length: Math.ceil(audio.length / FRAME_BYTES) }, (_, index) =>
    audio.subarray(index * FRAME_BYTES, (index + 1) * FRAME_BYTES),
  )

/** All final tokens as one text, marks included. */
export const finalsOf = (messages: Message[]) =>
  messages
    .flatMap((message) => message.tokens ?? [])
    .filter((token) => token.is_final)
    .map((token) => token.text)
    .join('')
    .trim()

/** Starts simulators and bare clients, and closes them all after each test. */
export function createHarness() {
  const open: { close(): unknown }[] = []

  async function start(options: Partial<SonioxSimulatorOptions> = {}): Promise<SonioxSimulator> {
    const simulator = await createSonioxSimulator({ keys: { [KEY]: { state: 'valid' } }, latencies: QUICK, ...options })
    open.push(simulator)
    return simulator
  }

  /** A bare client: what comes, and how it ends. */
  async function connect(
    simulator: SonioxSimulator,
    first: string | object | undefined = START,
    headers: Record<string, string> = { authorization: `Bearer ${KEY}` },
  ) {
    const socket = new WebSocket(`${simulator.origin.replace('http', 'ws')}/transcribe-websocket`, { headers })
    open.push({ close: () => socket.terminate() })
    const messages: Message[] = []
    socket.on('message', (data) => messages.push(JSON.parse(String(data))))
    const closed = once(socket, 'close').then(([code]) => code as number)
    await once(socket, 'open')
    const send = (message: string | Buffer | object) =>
      socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message))
    if (first !== undefined) send(first)
    return {
      messages,
      closed,
      send,
      sendAudio(audio: Buffer) {
        for (const frame of framesOf(audio)) socket.send(frame)
      },
      ping: async () => {
        socket.ping()
        await once(socket, 'pong')
      },
    }
  }

  return {
    start,
    connect,
    /** Has something closed after the test. */
    closeLater: (one: { close(): unknown }) => void open.push(one),
    async closeAll() {
      for (const one of open.splice(0).reverse()) await one.close()
    },
  }
}

/** The answer to a refused handshake. */
export async function refusedHandshake(simulator: SonioxSimulator, headers: Record<string, string>, path?: string) {
  const url = `${simulator.origin.replace('http', 'ws')}${path ?? '/transcribe-websocket'}`
  const socket = new WebSocket(url, { headers })
  const [, response] = await once(socket, 'unexpected-response')
  let body = ''
  for await (const chunk of response) body += chunk
  return { status: response.statusCode as number, body: JSON.parse(body) as Record<string, unknown> }
}
