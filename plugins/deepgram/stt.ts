import { BYTES_PER_MS, createAudioOutbox, openProviderSocket } from '../../src/provider-kit/index.ts'
import type {
  ProviderContext,
  ProviderError,
  SttCapability,
  SttEvent,
  SttOptions,
  SttStream,
} from '../../src/provider-kit/index.ts'
import type { DeepgramCredentials } from './credentials.ts'
import { readRequestId, toCloseError, toDeepgramError } from './errors.ts'
import { buildListenRequest, DEFAULT_MODEL } from './listen-request.ts'
import { createV1Reader, createV2Reader } from './message-reader.ts'

/** Deepgram closes after 10 s without audio or KeepAlive. Source: https://developers.deepgram.com/docs/audio-keep-alive */
const KEEP_ALIVE_MS = 4000
/** How long Deepgram may take for its last results after `close()`; the contract allows 3 s for all of it. */
const CLOSE_GRACE_MS = 2500
/** Flux works best on 80 ms at a time. Source: https://developers.deepgram.com/docs/flux/nova-3-migration */
const FLUX_CHUNK_BYTES = 80 * BYTES_PER_MS

/** Live transcription with Nova (`/v1/listen`) and Flux (`/v2/listen`); the model chooses. */
export const stt: SttCapability<DeepgramCredentials> = {
  encodings: ['mulaw', 'alaw'],
  defaultModel: DEFAULT_MODEL,
  models: [
    { id: 'nova-3', name: 'Nova-3', description: 'Transcribes many languages; turns end after a pause.' },
    { id: 'flux-general-en', name: 'Flux', description: 'English; knows from the words when a turn has ended.' },
    { id: 'flux-general-multi', name: 'Flux Multilingual', description: 'Ten languages, turns as in Flux.' },
    { id: 'nova-2-phonecall', name: 'Nova-2 Phonecall', description: 'The generation before, for telephone audio.' },
  ],
  open: openStream,
}

function openStream(
  context: ProviderContext<DeepgramCredentials>,
  options: SttOptions,
  onEvent: (event: SttEvent) => void,
): SttStream {
  const { version, url, warnings } = buildListenRequest({ origin: context.origins.api ?? '', options })
  const reader = version === 'v2' ? createV2Reader() : createV1Reader()
  const outbox = createAudioOutbox({ leastBytes: version === 'v2' ? FLUX_CHUNK_BYTES : 1 })
  let requestId: string | undefined
  let sentBytes = 0
  let lastSentAt = 0
  let isClosing = false
  let isDropped = false
  let hasFailed = false
  let keepAliveTimer: NodeJS.Timeout | undefined
  let closeTimer: NodeJS.Timeout | undefined

  const fail = (error: ProviderError) => {
    if (hasFailed) return
    hasFailed = true
    onEvent({ type: 'error', error })
  }
  const deliver = (events: readonly SttEvent[]) => {
    for (const event of events) {
      if (hasFailed) return
      if (event.type === 'error') {
        fail(event.error)
        socket.destroy()
      } else onEvent(event)
    }
  }
  const sendHeld = (isLast = false) =>
    outbox.drain((audio) => {
      if (!socket.sendBinary(audio)) return
      sentBytes += audio.length
      lastSentAt = Date.now()
    }, isLast)
  /** One timer that looks how long ago audio went, instead of one that every frame puts off. */
  const keepAlive = () => {
    const restMs = lastSentAt + KEEP_ALIVE_MS - Date.now()
    if (restMs <= 0) {
      socket.sendText('{"type":"KeepAlive"}')
      lastSentAt = Date.now()
    }
    keepAliveTimer = setTimeout(keepAlive, restMs > 0 ? restMs : KEEP_ALIVE_MS)
  }
  /** Finalize asks for what is buffered, CloseStream for the end. Source: https://developers.deepgram.com/docs/close-stream */
  const sendClose = () => {
    sendHeld(true)
    if (version === 'v1') socket.sendText('{"type":"Finalize"}')
    socket.sendText('{"type":"CloseStream"}')
  }

  const socket = openProviderSocket({
    provider: 'deepgram',
    url,
    headers: { authorization: `Token ${context.credentials.apiKey}` },
    mapHandshakeFailure: (status, headers, text) => toDeepgramError({ status, headers, text }),
    onOpen(headers) {
      requestId = readRequestId(headers)
      onEvent({ type: 'open', requestId })
      for (const message of warnings) onEvent({ type: 'warning', message })
      if (outbox.hasOverflowed)
        onEvent({ type: 'warning', message: 'Deepgram took over 10 s to answer; the first audio is lost.' })
      lastSentAt = Date.now()
      sendHeld()
      if (isClosing) sendClose()
      else if (version === 'v1') keepAliveTimer = setTimeout(keepAlive, KEEP_ALIVE_MS)
    },
    onText: (text) => deliver(reader.read(text)),
    onBinary: () => {},
    onError: fail,
    onClose(code, reason) {
      clearTimeout(keepAliveTimer)
      clearTimeout(closeTimer)
      if (!isClosing) fail(toCloseError({ code, reason, requestId }))
      if (!hasFailed && !isDropped) deliver(reader.flush())
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
