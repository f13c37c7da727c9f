import {
  BYTES_PER_MS,
  createAudioOutbox,
  openProviderSocket,
  SILENCE_BYTE,
  timeoutError,
  transcode,
} from '../../src/provider-kit/index.ts'
import type {
  ProviderContext,
  ProviderError,
  SttCapability,
  SttEvent,
  SttOptions,
  SttStream,
} from '../../src/provider-kit/index.ts'
import type { AssemblyAiCredentials } from './credentials.ts'
import { toAssemblyAiError, toCloseError } from './errors.ts'
import { buildStreamRequest, DEFAULT_MODEL } from './stream-request.ts'
import { createTurnReader } from './turn-reader.ts'

/** Well below the inactivity time-out that the request asks for. */
const KEEP_ALIVE_MS = 5000
/** From the handshake to `Begin`; what refuses a key comes instead of it. */
const BEGIN_MS = 5000
/** How long AssemblyAI may take for its last turn after `close()`; the contract allows 3 s for all of it. */
const CLOSE_GRACE_MS = 2500
/** How long it may take to close by itself, once it has sent everything. */
const TERMINATED_GRACE_MS = 200
/** AssemblyAI closes with 3007 on frames outside of 50 to 1,000 ms. Source: assemblyai-api-spec usm-streaming.yml (sendAudio) */
const LEAST_FRAME_BYTES = 50 * BYTES_PER_MS
const MOST_FRAME_BYTES = 1000 * BYTES_PER_MS

/** The last of a call's audio may be shorter than a frame: silence makes one of it. */
const fillUp = (audio: Uint8Array): Uint8Array =>
  audio.length >= LEAST_FRAME_BYTES
    ? audio
    : Buffer.concat([audio, Buffer.alloc(LEAST_FRAME_BYTES - audio.length, SILENCE_BYTE.mulaw)])

/** Live transcription over `/v3/ws`. There is no A-law: the engine brings it to mu-law. */
export const stt: SttCapability<AssemblyAiCredentials> = {
  encodings: ['mulaw'],
  defaultModel: DEFAULT_MODEL,
  models: [
    {
      id: 'universal-3-5-pro',
      name: 'Universal-3.5 Pro',
      description: 'Six languages, also mixed; ends turns by what was said.',
    },
    { id: 'u3-rt-pro', name: 'Universal-3 Pro', description: 'The generation before.' },
    {
      id: 'universal-streaming-english',
      name: 'Universal-Streaming English',
      description: 'English; every word at once, punctuation when the turn has ended.',
    },
    {
      id: 'universal-streaming-multilingual',
      name: 'Universal-Streaming Multilingual',
      description: 'The same in six languages.',
    },
  ],
  open: openStream,
}

function openStream(
  context: ProviderContext<AssemblyAiCredentials>,
  options: SttOptions,
  onEvent: (event: SttEvent) => void,
): SttStream {
  const { url, isFormattedLater, warnings } = buildStreamRequest({ origin: context.origins.streaming ?? '', options })
  const reader = createTurnReader({ isFormattedLater })
  const outbox = createAudioOutbox({ leastBytes: LEAST_FRAME_BYTES, mostBytes: MOST_FRAME_BYTES })
  let requestId: string | undefined
  let hasBegun = false
  let sentBytes = 0
  let lastSentAt = 0
  let isClosing = false
  let isDropped = false
  let hasFailed = false
  let beginTimer: NodeJS.Timeout | undefined
  let keepAliveTimer: NodeJS.Timeout | undefined
  let closeTimer: NodeJS.Timeout | undefined

  const fail = (error: ProviderError) => {
    if (hasFailed || isDropped) return
    hasFailed = true
    onEvent({ type: 'error', error })
  }
  const failAndDrop = (error: ProviderError) => {
    fail(error)
    socket.destroy()
  }
  const deliver = (events: readonly SttEvent[]) => {
    for (const event of events) {
      if (hasFailed || isDropped) return
      if (event.type === 'error') failAndDrop(event.error)
      else if (event.type === 'open') begin(event)
      else onEvent(event)
    }
  }
  const sendHeld = (isLast = false) =>
    outbox.drain((audio) => {
      if (!socket.sendBinary(fillUp(audio))) return
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
  /** ForceEndpoint ends the turn in hand, Terminate the session. Source: assemblyai-api-spec usm-streaming.yml */
  const sendClose = () => {
    sendHeld(true)
    socket.sendText('{"type":"ForceEndpoint"}')
    socket.sendText('{"type":"Terminate"}')
  }
  /** A socket that opened says nothing yet: keys and parameters are judged after it, and `Begin` is the consent. */
  const begin = (event: SttEvent & { type: 'open' }) => {
    if (hasBegun) return
    hasBegun = true
    requestId = event.requestId
    clearTimeout(beginTimer)
    onEvent(event)
    for (const message of warnings) onEvent({ type: 'warning', message })
    if (outbox.hasOverflowed)
      onEvent({ type: 'warning', message: 'AssemblyAI took over 10 s to answer; the first audio is lost.' })
    lastSentAt = Date.now()
    if (isClosing) return sendClose()
    sendHeld()
    keepAliveTimer = setTimeout(keepAlive, KEEP_ALIVE_MS)
  }

  const socket = openProviderSocket({
    provider: 'assemblyai',
    url,
    headers: { authorization: context.credentials.apiKey },
    mapHandshakeFailure: (status, headers, text) => toAssemblyAiError({ status, headers, text }),
    onOpen() {
      beginTimer = setTimeout(() => failAndDrop(timeoutError('assemblyai')), BEGIN_MS)
    },
    onText(text) {
      deliver(reader.read(text))
      if (reader.isTerminated && isClosing) socket.close(TERMINATED_GRACE_MS)
    },
    onBinary: () => {},
    onError: fail,
    onClose(code, reason) {
      clearTimeout(beginTimer)
      clearTimeout(keepAliveTimer)
      clearTimeout(closeTimer)
      if (!isClosing) fail(toCloseError({ code, reason, requestId }))
      if (!hasFailed) deliver(reader.flush())
      onEvent({ type: 'closed', audioMs: Math.round(sentBytes / BYTES_PER_MS) })
    },
  })

  return {
    send(audio) {
      if (isClosing || hasFailed) return
      outbox.add(transcode({ audio, from: options.format.encoding, to: 'mulaw' }))
      if (hasBegun) sendHeld()
    },
    close() {
      if (isClosing || hasFailed) return
      isClosing = true
      clearTimeout(keepAliveTimer)
      if (!hasBegun && outbox.isEmpty) return socket.destroy()
      closeTimer = setTimeout(socket.destroy, CLOSE_GRACE_MS)
      if (hasBegun) sendClose()
    },
    destroy() {
      isClosing = true
      isDropped = true
      socket.destroy()
    },
  }
}
