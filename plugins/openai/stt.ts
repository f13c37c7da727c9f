import {
  BYTES_PER_MS,
  createAudioOutbox,
  openProviderSocket,
  timeoutError,
  toWebSocketOrigin,
} from '../../src/provider-kit/index.ts'
import type {
  ProviderContext,
  ProviderError,
  SttCapability,
  SttEvent,
  SttOptions,
  SttStream,
} from '../../src/provider-kit/index.ts'
import { createUtteranceSegmenter } from '../../src/provider-kit/utterance-segmenter.ts'
import { toCloseError, toOpenAiError } from './errors.ts'
import { buildSessionUpdate, DEFAULT_STT_MODEL } from './session-update.ts'
import { createSessionReader } from './session-reader.ts'
import type { SessionEvent } from './session-reader.ts'
import type { OpenAiCredentials } from './credentials.ts'

/** How long OpenAI may take for its last transcript after `close()`; the contract allows 3 s for all of it. */
const CLOSE_GRACE_MS = 2500
/** How long it may take to accept the session, in ms. */
const READY_MS = 5000
/** Frames are joined to this before they are sent: each message carries 60 bytes around its audio. */
const CHUNK_BYTES = 40 * BYTES_PER_MS

/** Live transcription by a transcription session of the Realtime API. */
export const stt: SttCapability<OpenAiCredentials> = {
  encodings: ['mulaw', 'alaw'],
  hasLateWords: true,
  defaultModel: DEFAULT_STT_MODEL,
  models: [
    {
      id: DEFAULT_STT_MODEL,
      name: 'GPT-4o Transcribe',
      description: 'The most accurate; words come when a turn ends.',
    },
    {
      id: 'gpt-4o-mini-transcribe',
      name: 'GPT-4o mini Transcribe',
      description: 'Cheaper and a little less accurate.',
    },
    {
      id: 'gpt-realtime-whisper',
      name: 'GPT Realtime Whisper',
      description: 'Words come while the caller speaks; turns end after a pause.',
    },
    { id: 'whisper-1', name: 'Whisper', description: 'The oldest.' },
  ],
  open: openStream,
}

/** Joins frames to messages that carry enough audio for what stands around it. */
function createAppender(send: (event: object) => void) {
  let parts: Uint8Array[] = []
  let bytes = 0
  let sentBytes = 0
  const flush = () => {
    if (bytes === 0) return
    send({ type: 'input_audio_buffer.append', audio: Buffer.concat(parts).toString('base64') })
    sentBytes += bytes
    parts = []
    bytes = 0
  }
  return {
    add(audio: Uint8Array) {
      parts.push(audio)
      bytes += audio.length
      if (bytes >= CHUNK_BYTES) flush()
    },
    flush,
    sentMs: () => Math.round(sentBytes / BYTES_PER_MS),
  }
}

/**
 * The address has neither a model nor the header of the beta that ended.
 * Source: https://github.com/crmitchelmore/justspeaktoit/pull/427 (tried live with all four models)
 */
function openStream(
  { credentials, origins }: ProviderContext<OpenAiCredentials>,
  options: SttOptions,
  onEvent: (event: SttEvent) => void,
): SttStream {
  const { message, warnings, isStreaming } = buildSessionUpdate(options)
  const reader = createSessionReader()
  /** Audio that came before the session stood. */
  const held = createAudioOutbox()
  let requestId: string | undefined
  let isReady = false
  let isSpeaking = false
  let isClosing = false
  let hasFailed = false
  let isDropped = false
  /** Commits of this side that were not answered. */
  let awaitedCommits = 0
  let awaitsBarrier = false

  const fail = (error: ProviderError) => {
    if (hasFailed || isDropped) return
    hasFailed = true
    onEvent({ type: 'error', error })
    socket.destroy()
  }
  const send = (event: object) => socket.sendText(JSON.stringify(event))
  const appender = createAppender(send)
  const commit = () => {
    appender.flush()
    awaitedCommits++
    send({ type: 'input_audio_buffer.commit' })
  }
  /** For a model that finds no turns only speech is sent, and each utterance is a turn; else it tells how things stand. */
  const segmenter = createUtteranceSegmenter({
    encoding: options.format.encoding,
    onEvent(event) {
      isSpeaking = event.type !== 'ended'
      if (!isStreaming) return
      if (event.type === 'ended') return commit()
      if (event.type === 'started') onEvent({ type: 'speech-started' })
      appender.add(event.audio)
    },
  })
  const take = (audio: Uint8Array) => {
    segmenter.write(audio)
    if (!isStreaming) appender.add(audio)
  }
  const closeWhenAllIsHeard = () => {
    const isAllHeard = awaitedCommits === 0 && !awaitsBarrier && !reader.isWaiting
    if (isClosing && isReady && isAllHeard) socket.close(CLOSE_GRACE_MS)
  }
  /**
   * Asks for the turn in hand. Silence is never committed: Whisper hears words in it. The session's settings are sent
   * once more because their answer comes after everything that was heard in the audio before them.
   */
  const finish = () => {
    if (isStreaming) segmenter.flush()
    else {
      if (isSpeaking || reader.isSpeaking) commit()
      else appender.flush()
      awaitsBarrier = send(message)
    }
    closeWhenAllIsHeard()
  }
  const onReady = () => {
    awaitsBarrier = false
    if (isReady) return
    isReady = true
    clearTimeout(readyTimer)
    onEvent({ type: 'open', requestId })
    for (const text of warnings) onEvent({ type: 'warning', message: text })
    if (held.hasOverflowed) onEvent({ type: 'warning', message: OVERFLOW })
    held.drain(take)
    if (isClosing) finish()
  }
  const deliver = (event: SessionEvent) => {
    if (hasFailed || isDropped) return
    if (event.type === 'ready') onReady()
    else if (event.type === 'commit-answered') awaitedCommits = Math.max(0, awaitedCommits - 1)
    else if (event.type !== 'error') onEvent(event)
    else if (isClosing && event.error.kind === 'invalid-request') socket.close(CLOSE_GRACE_MS)
    else fail(event.error)
  }

  let closeTimer: NodeJS.Timeout | undefined
  const readyTimer = setTimeout(() => fail(timeoutError('openai')), READY_MS)
  const socket = openProviderSocket({
    provider: 'openai',
    url: `${toWebSocketOrigin(origins.api ?? '')}/v1/realtime?intent=transcription`,
    headers: { authorization: `Bearer ${credentials.apiKey}` },
    mapHandshakeFailure: (status, headers, text) =>
      toOpenAiError({ status, body: parseJson(text), requestId: headers['x-request-id'] }),
    onOpen(headers) {
      requestId = headers['x-request-id']
      send(message)
    },
    onText(text) {
      for (const event of reader.read(text)) deliver(event)
      closeWhenAllIsHeard()
    },
    onBinary: () => {},
    onError: fail,
    onClose(code, reason) {
      clearTimeout(readyTimer)
      clearTimeout(closeTimer)
      if (!isClosing) fail(toCloseError({ code, reason, requestId }))
      for (const event of reader.flush()) deliver(event)
      onEvent({ type: 'closed', audioMs: appender.sentMs() })
    },
  })

  return {
    send(audio) {
      if (isClosing || hasFailed || audio.length === 0) return
      if (isReady) take(audio)
      else held.add(audio)
    },
    close() {
      if (isClosing || hasFailed) return
      isClosing = true
      if (!isReady && held.isEmpty) return socket.destroy()
      closeTimer = setTimeout(socket.destroy, CLOSE_GRACE_MS)
      if (isReady) finish()
    },
    destroy() {
      isClosing = true
      isDropped = true
      socket.destroy()
    },
  }
}

const OVERFLOW = 'OpenAI took over 10 s to answer; the first audio is lost.'

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
