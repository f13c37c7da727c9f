import { randomBytes } from 'node:crypto'
import WebSocket from 'ws'
import { createMouth } from '../carrier-kit/mouth.ts'
import { createPlayback } from '../carrier-kit/playback.ts'
import { createRecorder } from '../carrier-kit/recording.ts'
import { readAgentFrame } from './media-frames.ts'
import type { CarrierStream, Impairments } from '../carrier-kit/carrier-stream.ts'
import type { Ticker } from '../carrier-kit/ticker.ts'
import type { TwilioAccount } from './account.ts'

export type MediaStream = CarrierStream & { readonly streamSid: string }

export type MediaStreamOptions = {
  account: TwilioAccount
  callSid: string
  url: string
  /** The `<Parameter>`s of the TwiML. */
  parameters: Readonly<Record<string, string>>
  ticker: Ticker
  impairments: Impairments
  onOpen(): void
  /** No upgrade: the HTTP status that came instead, or undefined. Nothing follows. */
  onFailed(status: number | undefined): void
  onAgentFrame(event: 'media' | 'mark' | 'clear'): void
  onAgentMark(name: string): void
  onRefusedFrame(code: number, detail: string): void
  onTick(): void
  /** Always the last after `onOpen`. */
  onClose(code: number, reason: string): void
}

/** How long the other side may take to answer the close frame, in ms. */
const CLOSE_GRACE_MS = 1000

/**
 * Twilio's end of one bidirectional media stream: dials the application with a signed upgrade, sends 20 ms of the caller
 * on every tick, plays what comes back on the same ticks, records both. Always mu-law.
 * Sources: https://www.twilio.com/docs/voice/media-streams/websocket-messages; the upgrade carries X-Twilio-Signature
 * (https://www.twilio.com/docs/api/errors/31930) over the `wss:` URL (twilio-labs/twilio-aspnet issue 162)
 */
export function openMediaStream(options: MediaStreamOptions): MediaStream {
  const { account, callSid } = options
  const streamSid = `MZ${randomBytes(16).toString('hex')}`
  const socket = new WebSocket(options.url, {
    perMessageDeflate: false,
    handshakeTimeout: 5000,
    headers: { 'x-twilio-signature': account.sign(options.url), 'user-agent': 'Twilio.TmeWs/1.0' },
  })
  const mouth = createMouth('mulaw')
  const recorder = createRecorder('mulaw')
  let sequence = 0
  let chunk = 0
  let held: string | undefined
  let hasOpened = false
  let hasFailed = false
  let unsubscribe = () => {}
  let closeTimer: NodeJS.Timeout | undefined

  const send = (event: string, fields: Record<string, unknown>) => {
    if (socket.readyState !== WebSocket.OPEN) return
    socket.send(JSON.stringify({ event, sequenceNumber: String(++sequence), ...fields, streamSid }))
  }

  const playback = createPlayback({ encoding: 'mulaw', onMark: (name) => send('mark', { mark: { name } }) })

  const sendMedia = (audio: Uint8Array, timestampMs: number) => {
    const payload = Buffer.from(audio.buffer, audio.byteOffset, audio.length).toString('base64')
    const { dropEvery, swapEvery } = options.impairments
    chunk++
    const media = `{"track":"inbound","chunk":"${chunk}","timestamp":"${timestampMs}","payload":"${payload}"}`
    const frame = `{"event":"media","sequenceNumber":"${++sequence}","media":${media},"streamSid":"${streamSid}"}`
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
    const agent = playback.tick(idealMs)
    sendMedia(caller, positionMs)
    recorder.append(caller, agent)
    options.onTick()
  }

  const receive = (text: string) => {
    const frame = readAgentFrame(text, streamSid)
    if (frame.event === 'refused') return options.onRefusedFrame(frame.code, frame.detail)
    if (frame.event === 'media') playback.push(frame.audio, performance.now())
    if (frame.event === 'clear') playback.clear()
    if (frame.event === 'mark') {
      playback.mark(frame.name)
      options.onAgentMark(frame.name)
    }
    options.onAgentFrame(frame.event)
  }

  const fail = (status?: number) => {
    if (hasOpened || hasFailed) return
    hasFailed = true
    options.onFailed(status)
  }

  socket.on('open', () => {
    hasOpened = true
    socket.send('{"event":"connected","protocol":"Call","version":"1.0.0"}')
    send('start', {
      start: {
        accountSid: account.accountSid,
        streamSid,
        callSid,
        tracks: ['inbound'],
        mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
        customParameters: options.parameters,
      },
    })
    unsubscribe = options.ticker.subscribe(tick)
    options.onOpen()
  })
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) options.onRefusedFrame(31950, 'the frame is binary')
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
    streamSid,
    mouth,
    playback,
    recorder,
    sendRaw: (text) => socket.send(text),
    pressKey: (digit) => send('dtmf', { dtmf: { track: 'inbound_track', digit } }),
    stop: () => {
      if (socket.readyState === WebSocket.CLOSED) return
      send('stop', { stop: { accountSid: account.accountSid, callSid } })
      socket.close(1000)
      closeTimer ??= setTimeout(() => socket.terminate(), CLOSE_GRACE_MS)
    },
    destroy: () => socket.terminate(),
    get isOpen() {
      return socket.readyState === WebSocket.OPEN
    },
  }
}
