import { once } from 'node:events'
import WebSocket from 'ws'
import { SILENCE_BYTE } from '../provider-kit/index.ts'

/** A carrier's media socket driven by hand, frame by frame. */
export type MediaClient = {
  /** HTTP status of the handshake, 101 where it was taken. */
  status: number
  /** Everything that the application sent, in order. */
  received: { event: string }[]
  send(frame: unknown): void
  sendRaw(data: string | Buffer): void
  /** Says `start` in the name of a call. */
  start(callControlId: string): void
  /** Sends 20 ms of silence. */
  sendSilence(chunk: number): void
  /** Breaks off without a close frame. */
  drop(): void
  closed: Promise<{ code: number; reason: string }>
}

/** Dials a stream URL as a carrier does. Never rejects: a refusal is told by `status`. */
export async function dialMedia(url: string): Promise<MediaClient> {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  const received: { event: string }[] = []
  socket.on('error', () => {})
  socket.on('message', (data: Buffer) => received.push(JSON.parse(data.toString('utf8'))))
  const closed = once(socket, 'close').then(([code, reason]) => ({ code: code as number, reason: String(reason) }))
  const status = await new Promise<number>((resolve) => {
    socket.once('open', () => resolve(101))
    socket.once('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0)
      response.resume()
      request.destroy()
    })
    socket.once('close', () => resolve(0))
  })
  const send = (frame: unknown) => socket.send(JSON.stringify(frame))
  const payload = Buffer.alloc(160, SILENCE_BYTE.mulaw).toString('base64')
  return {
    status,
    received,
    send,
    sendRaw: (data) => socket.send(data),
    start(callControlId) {
      const media_format = { encoding: 'PCMU', sample_rate: 8000, channels: 1 }
      const start = { call_control_id: callControlId, call_session_id: 'session', from: '+1', to: '+2', media_format }
      send({ event: 'start', sequence_number: '1', stream_id: 'stream', start })
    },
    sendSilence: (chunk) =>
      send({ event: 'media', media: { track: 'inbound', chunk: String(chunk), timestamp: '0', payload } }),
    drop: () => socket.terminate(),
    closed,
  }
}
