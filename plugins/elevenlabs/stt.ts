import { BYTES_PER_MS, createAudioOutbox, openProviderSocket, SILENCE_BYTE } from '../../src/provider-kit/index.ts'
import type {
  ProviderContext,
  ProviderError,
  SttCapability,
  SttEvent,
  SttOptions,
  SttStream,
} from '../../src/provider-kit/index.ts'
import type { ElevenLabsCredentials } from './credentials.ts'
import { ownError, toHandshakeError, toStreamCloseError } from './errors.ts'
import { buildTranscribeRequest, DEFAULT_MODEL } from './transcribe-request.ts'
import { createTranscriptReader } from './transcript-reader.ts'

/** From the handshake to `session_started`. */
const START_MS = 5000
/** ElevenLabs was seen to close a stream after some seconds without audio (GetStream/Vision-Agents pull request 559). */
const KEEP_ALIVE_MS = 4000
const KEEP_ALIVE_AUDIO = Buffer.alloc(100 * BYTES_PER_MS, SILENCE_BYTE.mulaw)
/** How long ElevenLabs may take for its last transcript after `close()`; the contract allows 3 s for all of it. */
const CLOSE_GRACE_MS = 2500
/** How long it may take to answer our close frame, once it has sent everything. */
const FINISH_GRACE_MS = 200
/** Three telephone frames make one message of JSON; no sample waits longer than 40 ms. */
const LEAST_PIECE_BYTES = 60 * BYTES_PER_MS
/** ElevenLabs refuses larger pieces (`chunk_size_exceeded`); from which size on is documented nowhere. */
const MOST_PIECE_BYTES = 1000 * BYTES_PER_MS

function openStream(
  context: ProviderContext<ElevenLabsCredentials>,
  options: SttOptions,
  onEvent: (event: SttEvent) => void,
): SttStream {
  const { url, warnings } = buildTranscribeRequest({ origin: context.origins.api ?? '', options })
  const reader = createTranscriptReader()
  const outbox = createAudioOutbox({ leastBytes: LEAST_PIECE_BYTES, mostBytes: MOST_PIECE_BYTES })
  let sentBytes = 0
  let lastSentAt = 0
  let hasStarted = false
  let isClosing = false
  let isDropped = false
  let hasFailed = false
  let startTimer: NodeJS.Timeout | undefined
  let keepAliveTimer: NodeJS.Timeout | undefined
  let closeTimer: NodeJS.Timeout | undefined

  const fail = (error: ProviderError) => {
    if (hasFailed || isDropped) return
    hasFailed = true
    onEvent({ type: 'error', error })
  }
  const breakOff = (error: ProviderError) => {
    fail(error)
    socket.destroy()
  }
  const deliver = (events: readonly SttEvent[]) => {
    for (const event of events) if (!hasFailed && !isDropped) onEvent(event)
  }
  const sendChunk = (audio: Uint8Array, commit = false) => {
    lastSentAt = Date.now()
    const audio_base_64 = Buffer.from(audio.buffer, audio.byteOffset, audio.length).toString('base64')
    const message = { message_type: 'input_audio_chunk', audio_base_64, commit, sample_rate: options.format.sampleRate }
    return socket.sendText(JSON.stringify(message))
  }
  const sendHeld = (isLast = false) =>
    outbox.drain((audio) => {
      if (sendChunk(audio)) sentBytes += audio.length
    }, isLast)
  /** One timer that looks how long ago audio went, instead of one that every frame puts off. */
  const keepAlive = () => {
    const restMs = lastSentAt + KEEP_ALIVE_MS - Date.now()
    if (restMs <= 0) sendChunk(KEEP_ALIVE_AUDIO)
    keepAliveTimer = setTimeout(keepAlive, restMs > 0 ? restMs : KEEP_ALIVE_MS)
  }
  /** Asks for what is not committed. There is no message for the end of the audio. */
  const sendClose = () => {
    sendHeld(true)
    sendChunk(new Uint8Array(0), true)
  }
  const start = (sessionId: string | undefined) => {
    if (hasStarted || isDropped) return
    hasStarted = true
    clearTimeout(startTimer)
    deliver([{ type: 'open', requestId: sessionId }, ...warnings.map(toWarning)])
    if (outbox.hasOverflowed) deliver([toWarning('ElevenLabs took over 10 s to answer; the first audio is lost.')])
    lastSentAt = Date.now()
    if (isClosing) return sendClose()
    sendHeld()
    keepAliveTimer = setTimeout(keepAlive, KEEP_ALIVE_MS)
  }

  const socket = openProviderSocket({
    provider: 'elevenlabs',
    url,
    headers: { 'xi-api-key': context.credentials.apiKey },
    mapHandshakeFailure: (status, headers, body) => toHandshakeError({ status, headers, body }),
    onOpen() {
      startTimer = setTimeout(() => breakOff(ownError('timeout', 'ElevenLabs did not answer in time.')), START_MS)
    },
    onText(text) {
      const { events, started, isCommit, error } = reader.read(text)
      if (started) start(started.sessionId)
      deliver(events)
      // Nothing, or too little, was there to be committed.
      const isLastCommitRefused = isClosing && error && COMMIT_REFUSALS.includes(error.providerCode ?? '')
      if (error && !isLastCommitRefused) breakOff(error)
      else if (isClosing && (isCommit || error)) socket.close(FINISH_GRACE_MS)
    },
    onBinary: () => {},
    onError: fail,
    onClose(code, reason) {
      clearTimeout(startTimer)
      clearTimeout(keepAliveTimer)
      clearTimeout(closeTimer)
      if (!isClosing) fail(toStreamCloseError({ code, reason }))
      deliver(reader.flush())
      onEvent({ type: 'closed', audioMs: Math.round(sentBytes / BYTES_PER_MS) })
    },
  })

  return {
    send(audio) {
      if (isClosing || hasFailed) return
      outbox.add(audio)
      if (hasStarted && socket.isOpen) sendHeld()
    },
    close() {
      if (isClosing || hasFailed) return
      isClosing = true
      clearTimeout(keepAliveTimer)
      if (!hasStarted && outbox.isEmpty) return socket.destroy()
      closeTimer = setTimeout(socket.destroy, CLOSE_GRACE_MS)
      if (hasStarted) sendClose()
    },
    destroy() {
      isClosing = true
      isDropped = true
      socket.destroy()
    },
  }
}

/** Codes of errors with which a commit of little or no audio may be answered. */
const COMMIT_REFUSALS: readonly string[] = ['commit_throttled', 'insufficient_audio_activity']

const toWarning = (message: string): SttEvent => ({ type: 'warning', message })

/**
 * Live transcription with Scribe. Mu-law alone of the telephone's two laws.
 * Source: SDK `@elevenlabs/elevenlabs-js` 2.73.0, `wrapper/realtime/scribe.d.ts` (AudioFormat)
 */
export const stt: SttCapability<ElevenLabsCredentials> = {
  encodings: ['mulaw'],
  defaultModel: DEFAULT_MODEL,
  models: [
    { id: DEFAULT_MODEL, name: 'Scribe v2 Realtime', description: 'Over ninety languages; turns end after a pause.' },
  ],
  open: openStream,
}
