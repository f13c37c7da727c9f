import { randomUUID } from 'node:crypto'
import WebSocket from 'ws'
import { transcode } from '../../src/provider-kit/index.ts'
import { createMouth } from '../carrier-kit/mouth.ts'
import { readAgentFrame } from './media-frames.ts'
import { createPlayback } from '../carrier-kit/playback.ts'
import { createRecorder } from '../carrier-kit/recording.ts'
import type { AudioEncoding } from '../../src/provider-kit/index.ts'
import type { CarrierStream, Codec, Impairments } from '../carrier-kit/carrier-stream.ts'
import type { Ticker } from '../carrier-kit/ticker.ts'

/** What `streaming_start` (or an answer, or a dial) asked for. */
export type StreamParameters = {
  url: string
  track: 'inbound_track' | 'outbound_track' | 'both_tracks'
  /** What goes to the application. */
  codec: Codec
  /** What comes from it; absent when the stream is one-way. */
  bidirectionalCodec: Codec | undefined
  authToken: string | undefined
  clientState: string | undefined
}

export type MediaStreamOptions = StreamParameters & {
  callControlId: string
  callSessionId: string
  from: string
  to: string
  ticker: Ticker
  impairments: Impairments
  onOpen(): void
  /** No upgrade: the HTTP status that came instead, or undefined. Nothing follows. */
  onFailed(status: number | undefined): void
  onAgentFrame(event: 'media' | 'mark' | 'clear' | 'refused', detail: string): void
  onTick(): void
  /** Always the last after `onOpen`. */
  onClose(code: number, reason: string): void
}

export type MediaStream = CarrierStream & { readonly streamId: string }

const ENCODINGS: Readonly<Record<Codec, AudioEncoding>> = { PCMU: 'mulaw', PCMA: 'alaw' }

/** How long the other side may take to answer the close frame, in ms. */
const CLOSE_GRACE_MS = 1000

/**
 * The carrier's end of one media stream: dials the application, sends 20 ms of the caller on every tick, plays what comes
 * back on the same ticks, records both.
 * Source: https://developers.telnyx.com/api-reference/websockets/stream-call-media-over-websocket
 */
export function openMediaStream(options: MediaStreamOptions): MediaStream {
  const streamId = randomUUID()
  const userId = randomUUID()
  const encoding = ENCODINGS[options.codec]
  const agentEncoding = ENCODINGS[options.bidirectionalCodec ?? 'PCMU']
  const socket = new WebSocket(options.url, {
    perMessageDeflate: false,
    handshakeTimeout: 5000,
    headers: options.authToken === undefined ? {} : { 'x-telnyx-streaming-auth-token': options.authToken },
  })
  const mouth = createMouth(encoding)
  const recorder = createRecorder(encoding)
  let sequence = 0
  let chunk = 0
  let held: string | undefined
  let hasOpened = false
  let hasFailed = false
  let unsubscribe = () => {}
  let closeTimer: NodeJS.Timeout | undefined

  const send = (frame: Record<string, unknown>) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ ...frame, stream_id: streamId }))
  }
  const nextSequence = () => String(++sequence)

  const playback = createPlayback({
    encoding: agentEncoding,
    onMark: (name) => send({ event: 'mark', sequence_number: nextSequence(), mark: { name } }),
  })

  const sendMedia = (track: 'inbound' | 'outbound', audio: Uint8Array, timestampMs: number) => {
    const payload = Buffer.from(audio.buffer, audio.byteOffset, audio.length).toString('base64')
    const { dropEvery, swapEvery } = options.impairments
    chunk++
    const media = `{"track":"${track}","chunk":"${chunk}","timestamp":"${timestampMs}","payload":"${payload}"}`
    const frame = `{"event":"media","sequence_number":"${nextSequence()}","media":${media},"stream_id":"${streamId}"}`
    if (dropEvery && chunk % dropEvery === 0) return
    if (swapEvery && chunk % swapEvery === 0 && held === undefined) {
      held = frame
      return
    }
    socket.send(frame)
    if (held !== undefined) socket.send(held)
    held = undefined
  }

  const tick = (idealMs: number) => {
    if (socket.readyState !== WebSocket.OPEN) return
    const positionMs = recorder.positionMs
    const caller = mouth.next(positionMs)
    const agent = transcode({ audio: playback.tick(idealMs), from: agentEncoding, to: encoding })
    if (options.track !== 'outbound_track') sendMedia('inbound', caller, positionMs)
    if (options.track !== 'inbound_track') sendMedia('outbound', agent, positionMs)
    recorder.append(caller, agent)
    options.onTick()
  }

  const refuse = (code: number, title: string, detail: string) => {
    send({ event: 'error', payload: { code, title, detail } })
    options.onAgentFrame('refused', `${code} ${title}: ${detail}`)
  }

  const receive = (text: string) => {
    const frame = readAgentFrame(text)
    if (frame.event === 'refused') return refuse(frame.code, frame.title, frame.detail)
    if (options.bidirectionalCodec === undefined)
      return refuse(100003, 'malformed_frame', 'the stream is not bidirectional')
    if (frame.event === 'media') playback.push(frame.audio, performance.now())
    if (frame.event === 'mark') playback.mark(frame.name)
    if (frame.event === 'clear') playback.clear()
    options.onAgentFrame(frame.event, frame.event === 'mark' ? frame.name : '')
  }

  const closeWithGrace = () => {
    socket.close(1000)
    closeTimer ??= setTimeout(() => socket.terminate(), CLOSE_GRACE_MS)
  }

  const fail = (status?: number) => {
    if (hasOpened || hasFailed) return
    hasFailed = true
    options.onFailed(status)
  }

  socket.on('open', () => {
    hasOpened = true
    socket.send('{"event":"connected","version":"1.0.0"}')
    send({
      event: 'start',
      sequence_number: nextSequence(),
      start: {
        user_id: userId,
        call_control_id: options.callControlId,
        call_session_id: options.callSessionId,
        from: options.from,
        to: options.to,
        tags: [],
        ...(options.clientState === undefined ? {} : { client_state: options.clientState }),
        custom_parameters: {},
        media_format: { encoding: options.codec, sample_rate: 8000, channels: 1 },
      },
    })
    unsubscribe = options.ticker.subscribe(tick)
    options.onOpen()
  })
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) refuse(100003, 'malformed_frame', 'the frame is binary')
    else receive(data.toString('utf8'))
  })
  socket.on('unexpected-response', (_request, response) => {
    fail(response.statusCode)
    response.resume()
    socket.terminate()
  })
  socket.on('error', () => undefined)
  socket.on('close', (code, reason) => {
    unsubscribe()
    clearTimeout(closeTimer)
    mouth.silence('The media stream has ended.')
    if (hasOpened) options.onClose(code, reason.toString())
    else fail()
  })

  return {
    streamId,
    mouth,
    playback,
    recorder,
    sendRaw: (text) => socket.send(text),
    pressKey: (digit) =>
      send({ event: 'dtmf', occurred_at: new Date().toISOString(), sequence_number: nextSequence(), dtmf: { digit } }),
    stop: () => {
      if (socket.readyState === WebSocket.CLOSED) return
      if (socket.readyState === WebSocket.OPEN) {
        send({
          event: 'stop',
          sequence_number: nextSequence(),
          stop: { user_id: userId, call_control_id: options.callControlId },
        })
      }
      closeWithGrace()
    },
    destroy: () => socket.terminate(),
    get isOpen() {
      return socket.readyState === WebSocket.OPEN
    },
  }
}
