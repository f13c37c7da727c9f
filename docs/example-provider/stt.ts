import { BYTES_PER_MS, createAudioOutbox, openProviderSocket, toWebSocketOrigin } from '../../src/provider-kit/index.ts'
import type {
  ProviderContext,
  ProviderError,
  SttCapability,
  SttEvent,
  SttOptions,
  SttStream,
} from '../../src/provider-kit/index.ts'
import type { SpeechmaticsCredentials } from './credentials.ts'
import { toCloseError, toHttpError, toSpeechmaticsError } from './errors.ts'
import { createMessageReader } from './message-reader.ts'
import { buildStartRecognition, DEFAULT_MODEL } from './start-recognition.ts'

/** How long Speechmatics may take for its last words after `close()`; the contract allows 3 s for all of it. */
const CLOSE_GRACE_MS = 2500
/** How long it may take to begin once the socket is open. */
const READY_MS = 5000

/**
 * Live transcription over `/v2`.
 * Source: https://docs.speechmatics.com/api-ref/realtime-transcription-websocket
 */
export const stt: SttCapability<SpeechmaticsCredentials> = {
  // RawAudioEncodingEnum has no A-law.
  encodings: ['mulaw'],
  defaultModel: DEFAULT_MODEL,
  models: [
    { id: DEFAULT_MODEL, name: 'Enhanced', description: 'The more accurate of the two.' },
    { id: 'standard', name: 'Standard', description: 'Quicker and cheaper.' },
    { id: 'melia-1', name: 'Melia 1', description: 'Many languages, also mixed.' },
  ],
  open: openStream,
}

function openStream(
  { credentials, origins }: ProviderContext<SpeechmaticsCredentials>,
  options: SttOptions,
  onEvent: (event: SttEvent) => void,
): SttStream {
  const { message, warnings } = buildStartRecognition(options)
  const reader = createMessageReader()
  const outbox = createAudioOutbox()
  let sentBytes = 0
  /** Frames of audio; the last is named when the stream ends. */
  let frames = 0
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
      if (!socket.sendBinary(audio)) return
      frames++
      sentBytes += audio.length
    })
  const finish = () => {
    sendHeld()
    socket.sendText(JSON.stringify({ message: 'EndOfStream', last_seq_no: frames }))
  }
  const onReady = (event: SttEvent) => {
    isReady = true
    clearTimeout(readyTimer)
    onEvent(event)
    for (const warning of warnings) onEvent({ type: 'warning', message: warning })
    if (outbox.hasOverflowed)
      onEvent({ type: 'warning', message: 'Speechmatics took over 10 s; the first audio is lost.' })
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
    provider: 'speechmatics',
    url: `${toWebSocketOrigin(origins.realtime ?? '')}/v2`,
    headers: { authorization: `Bearer ${credentials.apiKey}` },
    mapHandshakeFailure: toHttpError,
    onOpen() {
      // A bad contract, model or language is refused only now, and audio is taken only after the answer.
      socket.sendText(JSON.stringify(message))
      readyTimer = setTimeout(() => fail(toSpeechmaticsError({ kind: 'timeout' })), READY_MS)
    },
    onText(text) {
      for (const event of reader.read(text)) deliver(event)
      if (reader.isFinished) socket.close(200)
    },
    onBinary: () => {},
    onError: fail,
    onClose(code, reason) {
      clearTimeout(readyTimer)
      clearTimeout(closeTimer)
      // A close that nobody asked for is a failure, however orderly it is.
      if (!isClosing) fail(toCloseError({ code, reason, requestId: reader.requestId }))
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
