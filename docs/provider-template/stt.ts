import { BYTES_PER_MS, createAudioOutbox, openProviderSocket, toWebSocketOrigin } from '../../src/provider-kit/index.ts'
import type {
  ProviderContext,
  ProviderError,
  SttCapability,
  SttEvent,
  SttOptions,
  SttStream,
} from '../../src/provider-kit/index.ts'
import type { AcmeCredentials } from './credentials.ts'
import { toAcmeError, toHttpError } from './errors.ts'
import { createMessageReader } from './message-reader.ts'

const DEFAULT_MODEL = 'live-1'
/** How long Acme may take for its last words after `close()`; the contract allows 3 s for all of it. */
const CLOSE_GRACE_MS = 2500
/** How long it may take to begin once the socket is open. */
const READY_MS = 5000

/** Live transcription over `/v1/listen`. Source: https://docs.acme.example/live */
export const stt: SttCapability<AcmeCredentials> = {
  encodings: ['mulaw'],
  defaultModel: DEFAULT_MODEL,
  models: [{ id: DEFAULT_MODEL, name: 'Live 1', description: 'English, made for telephone audio.' }],
  open: openStream,
}

function openStream(
  { credentials, origins }: ProviderContext<AcmeCredentials>,
  options: SttOptions,
  onEvent: (event: SttEvent) => void,
): SttStream {
  const query = new URLSearchParams({
    model: options.model ?? DEFAULT_MODEL,
    encoding: options.format.encoding,
    sample_rate: String(options.format.sampleRate),
  })
  const reader = createMessageReader()
  const outbox = createAudioOutbox()
  let sentBytes = 0
  let isReady = false
  let isClosing = false
  let isOver = false
  let readyTimer: NodeJS.Timeout | undefined
  let closeTimer: NodeJS.Timeout | undefined

  const fail = (error: ProviderError) => {
    if (isOver) return
    isOver = true
    onEvent({ type: 'error', error })
    socket.destroy()
  }
  const sendHeld = () =>
    outbox.drain((audio) => {
      if (socket.sendBinary(audio)) sentBytes += audio.length
    })
  const finish = () => {
    sendHeld()
    socket.sendText('{"type":"finish"}')
  }
  const onReady = (event: SttEvent) => {
    isReady = true
    clearTimeout(readyTimer)
    onEvent(event)
    // An option that the provider lacks is a warning, never an error: the call goes on without it.
    if (options.keyterms?.length) onEvent({ type: 'warning', message: 'Acme has no key terms; they are left out.' })
    if (outbox.hasOverflowed) onEvent({ type: 'warning', message: 'Acme took over 10 s; the first audio is lost.' })
    if (isClosing) finish()
    else sendHeld()
  }
  const deliver = (event: SttEvent) => {
    if (isOver) return
    if (event.type === 'error') fail(event.error)
    else if (event.type === 'open') onReady(event)
    // Words before the stream was taken would break the order of events.
    else if (isReady) onEvent(event)
  }

  const socket = openProviderSocket({
    provider: 'acme',
    url: `${toWebSocketOrigin(origins.api ?? '')}/v1/listen?${query}`,
    headers: { authorization: `Bearer ${credentials.apiKey}` },
    mapHandshakeFailure: toHttpError,
    onOpen() {
      readyTimer = setTimeout(() => fail(toAcmeError({ kind: 'timeout' })), READY_MS)
    },
    onText(text) {
      for (const event of reader.read(text)) deliver(event)
      if (reader.isFinished) socket.close(200)
    },
    onBinary: () => {},
    onError: fail,
    onClose(code) {
      clearTimeout(readyTimer)
      clearTimeout(closeTimer)
      // A close that nobody asked for is a failure, however orderly it is.
      if (!isClosing) fail(toAcmeError({ kind: 'closed', status: code }))
      isOver = true
      onEvent({ type: 'closed', audioMs: Math.round(sentBytes / BYTES_PER_MS) })
    },
  })

  return {
    send(audio) {
      if (isClosing || isOver) return
      outbox.add(audio)
      if (isReady) sendHeld()
    },
    close() {
      if (isClosing || isOver) return
      isClosing = true
      if (!isReady && outbox.isEmpty) return socket.destroy()
      closeTimer = setTimeout(socket.destroy, CLOSE_GRACE_MS)
      if (isReady) finish()
    },
    destroy() {
      isClosing = true
      isOver = true
      socket.destroy()
    },
  }
}
