import { BYTES_PER_MS, createAudioOutbox, openProviderSocket } from '../../src/provider-kit/index.ts'
import type {
  ProviderContext,
  ProviderError,
  SttCapability,
  SttEvent,
  SttOptions,
  SttStream,
} from '../../src/provider-kit/index.ts'
import type { SonioxCredentials } from './credentials.ts'
import { toCloseError, toSonioxError } from './errors.ts'
import { buildStartRequest, DEFAULT_MODEL } from './start-request.ts'
import { createTokenReader } from './token-reader.ts'

/** Soniox closes after 20 s without audio or keepalive. Source: https://soniox.com/docs/stt/rt/connection-keepalive */
const KEEP_ALIVE_MS = 5000
/** How long Soniox may take for its last tokens after `close()`; the contract allows 3 s for all of it. */
const CLOSE_GRACE_MS = 2500
/** How long it may take to answer our close frame, once it has sent everything. */
const FINISH_GRACE_MS = 200

/** Live transcription over `/transcribe-websocket`. */
export const stt: SttCapability<SonioxCredentials> = {
  encodings: ['mulaw', 'alaw'],
  defaultModel: DEFAULT_MODEL,
  models: [
    { id: 'stt-rt-v5', name: 'Soniox v5', description: 'Sixty languages, also mixed; ends turns by what was said.' },
    { id: 'stt-rt-v4', name: 'Soniox v4', description: 'The generation before.' },
  ],
  open: openStream,
}

function openStream(
  context: ProviderContext<SonioxCredentials>,
  options: SttOptions,
  onEvent: (event: SttEvent) => void,
): SttStream {
  const { url, message, warnings } = buildStartRequest({ origin: context.origins.realtime ?? '', options })
  const reader = createTokenReader()
  const outbox = createAudioOutbox()
  let sentBytes = 0
  let lastSentAt = 0
  let isClosing = false
  let isDropped = false
  let hasFailed = false
  let keepAliveTimer: NodeJS.Timeout | undefined
  let closeTimer: NodeJS.Timeout | undefined

  const fail = (error: ProviderError) => {
    if (hasFailed || isDropped) return
    hasFailed = true
    onEvent({ type: 'error', error })
  }
  const deliver = (events: readonly SttEvent[]) => {
    for (const event of events) {
      if (hasFailed || isDropped) return
      if (event.type === 'error') {
        fail(event.error)
        socket.destroy()
      } else onEvent(event)
    }
  }
  const sendHeld = () =>
    outbox.drain((audio) => {
      if (!socket.sendBinary(audio)) return
      sentBytes += audio.length
      lastSentAt = Date.now()
    })
  /** One timer that looks how long ago audio went, instead of one that every frame puts off. */
  const keepAlive = () => {
    const restMs = lastSentAt + KEEP_ALIVE_MS - Date.now()
    if (restMs <= 0) {
      socket.sendText('{"type":"keepalive"}')
      lastSentAt = Date.now()
    }
    keepAliveTimer = setTimeout(keepAlive, restMs > 0 ? restMs : KEEP_ALIVE_MS)
  }
  /**
   * `finalize` settles what is buffered, the empty text frame ends the audio; Soniox then sends the rest and `finished`.
   * Source: soniox_examples speech_to_text/nodejs/soniox_realtime.js
   */
  const sendClose = () => {
    sendHeld()
    socket.sendText('{"type":"finalize"}')
    socket.sendText('')
  }

  const socket = openProviderSocket({
    provider: 'soniox',
    url,
    headers: { authorization: `Bearer ${context.credentials.apiKey}` },
    mapHandshakeFailure: (status, headers, text) => toSonioxError({ status, headers, text }),
    onOpen() {
      // Soniox answers the start request only where it refuses it.
      socket.sendText(message)
      onEvent({ type: 'open' })
      for (const warning of warnings) onEvent({ type: 'warning', message: warning })
      if (outbox.hasOverflowed)
        onEvent({ type: 'warning', message: 'Soniox took over 10 s to answer; the first audio is lost.' })
      lastSentAt = Date.now()
      if (isClosing) return sendClose()
      sendHeld()
      keepAliveTimer = setTimeout(keepAlive, KEEP_ALIVE_MS)
    },
    onText(text) {
      deliver(reader.read(text))
      if (reader.isFinished && isClosing) socket.close(FINISH_GRACE_MS)
    },
    onBinary: () => {},
    onError: fail,
    onClose(code) {
      clearTimeout(keepAliveTimer)
      clearTimeout(closeTimer)
      if (!isClosing) fail(toCloseError({ code }))
      if (!hasFailed) deliver(reader.flush())
      onEvent({ type: 'closed', audioMs: Math.round(sentBytes / BYTES_PER_MS) })
    },
  })

  return {
    send(audio) {
      if (isClosing || hasFailed) return
      outbox.add(audio)
      if (socket.isOpen) sendHeld()
    },
    close() {
      if (isClosing || hasFailed) return
      isClosing = true
      clearTimeout(keepAliveTimer)
      if (!socket.isOpen && outbox.isEmpty) return socket.destroy()
      closeTimer = setTimeout(socket.destroy, CLOSE_GRACE_MS)
      if (socket.isOpen) sendClose()
    },
    destroy() {
      isClosing = true
      isDropped = true
      socket.destroy()
    },
  }
}
