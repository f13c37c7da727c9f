import { once } from 'node:events'
import WebSocket from 'ws'
import type { AudioEncoding } from '../../../src/provider-kit/audio.ts'
import { SILENCE_BYTE } from '../../../src/provider-kit/audio.ts'
import { loadUtterance } from '../../speech/library.ts'
import type { AssemblyAiSimulator, AssemblyAiSimulatorOptions } from '../index.ts'
import { createAssemblyAiSimulator } from '../index.ts'

export type Message = Record<string, unknown>

export const KEY = 'a'.repeat(32)
/** Queries of a usual stream. */
export const PRO = 'speech_model=universal-3-5-pro&sample_rate=8000&encoding=pcm_mulaw'
export const WORDS = 'speech_model=universal-streaming-english&sample_rate=8000&encoding=pcm_mulaw&format_turns=true'
export const QUICK = { handshakeMs: 0, beginMs: 0, interimMs: 0, finalMs: 0, formatMs: 0 }

export const silence = (ms: number, encoding: AudioEncoding = 'mulaw') => Buffer.alloc(ms * 8, SILENCE_BYTE[encoding])

/** An utterance with silence around it. */
export const say = (id: string, encoding: AudioEncoding = 'mulaw') =>
  Buffer.concat([silence(200, encoding), loadUtterance(id, encoding), silence(500, encoding)])

/** The texts of ended turns. */
export const turnsOf = (messages: Message[]) =>
  messages.filter((message) => message.end_of_turn === true).map((message) => message.transcript)

/** Starts simulators and bare clients, and closes them all after each test. */
export function createHarness() {
  const open: { close(): unknown }[] = []

  async function start(options: Partial<AssemblyAiSimulatorOptions> = {}): Promise<AssemblyAiSimulator> {
    const keys = { [KEY]: { state: 'valid' as const } }
    const simulator = await createAssemblyAiSimulator({ keys, latencies: QUICK, ...options })
    open.push(simulator)
    return simulator
  }

  /** A bare client: what comes, and how it ends. */
  async function connect(
    simulator: AssemblyAiSimulator,
    query = PRO,
    headers: Record<string, string> = { authorization: KEY },
  ) {
    const socket = new WebSocket(`${simulator.origin.replace('http', 'ws')}/v3/ws?${query}`, { headers })
    open.push({ close: () => socket.terminate() })
    const messages: Message[] = []
    let onBegin: () => void = () => {}
    const begun = new Promise<void>((resolve) => {
      onBegin = resolve
    })
    socket.on('message', (data) => {
      const message: Message = JSON.parse(String(data))
      messages.push(message)
      if (message.type === 'Begin') onBegin()
    })
    const closed = once(socket, 'close').then(([code, reason]) => `${code} ${reason}`.trim())
    await once(socket, 'open')
    return {
      messages,
      begun,
      closed,
      /** In frames of 100 ms; a short rest is filled up. */
      sendAudio(audio: Buffer) {
        for (let at = 0; at < audio.length; at += 800) {
          const frame = audio.subarray(at, at + 800)
          socket.send(frame.length < 400 ? Buffer.concat([frame, silence(50)]) : frame)
        }
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
    connect,
    async closeAll() {
      for (const one of open.splice(0).reverse()) await one.close()
    },
  }
}
