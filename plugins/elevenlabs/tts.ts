import { openProviderSocket, toWebSocketOrigin } from '../../src/provider-kit/index.ts'
import type { AudioEncoding, ProviderError, TtsCapability, TtsConnectionEvent } from '../../src/provider-kit/index.ts'
import { ownError, readCloseReason, toElevenLabsError, toHandshakeError } from './errors.ts'
import { listVoices } from './list-voices.ts'
import { parseServerMessage, toSocketUrl } from './protocol.ts'
import { createUtterance } from './utterance.ts'
import type { ElevenLabsCredentials } from './credentials.ts'
import type { ClientMessage } from './protocol.ts'
import type { ContextUtterance } from './utterance.ts'

const DEFAULT_MODEL = 'eleven_flash_v2_5'
/** Sarah, one of the default voices that every account has. */
const DEFAULT_VOICE = 'EXAVITQu4vr4xnSDxMaL'
const OUTPUT_FORMATS: Record<AudioEncoding, string> = { mulaw: 'ulaw_8000', alaw: 'alaw_8000' }

/** Source: elevenlabs/elevenlabs-docs, `best-practices/conversational-agents.mdx` */
const MAX_CONTEXTS = 5
/** A cancelled context counts until the server confirms its end, or this long: confirmations were seen to be missing. */
const CANCELLED_MS = 2000
const CLOSE_GRACE_MS = 2000

/** The close of a socket that nobody was using. */
const isIdleClose = (code: number, providerCode: string | undefined): boolean =>
  code !== 1008 || providerCode === 'input_timeout_exceeded'

const open: TtsCapability<ElevenLabsCredentials>['open'] = ({ credentials, origins }, options, onEvent) => {
  const utterances = new Map<string, ContextUtterance>()
  /** Contexts that are open at the server; those being closed with the time (ms) from which they no longer count. */
  const contexts = new Map<string, number>()
  let serial = 0
  let characters = 0
  let isClosing = false
  let hasFailed = false
  let isClosed = false
  let slotTimer: NodeJS.Timeout | undefined

  const emit = (event: TtsConnectionEvent) => onEvent(event)

  /** Utterances first: who is speaking must know before the connection is given up. */
  const failAll = (error: ProviderError) => {
    if (hasFailed || isClosing) return
    hasFailed = true
    for (const utterance of [...utterances.values()]) utterance.fail(error)
    emit({ type: 'error', error })
  }

  const pumpAll = () => {
    for (const utterance of utterances.values()) utterance.pump()
  }

  const hasFreeContext = (): boolean => {
    const now = Date.now()
    for (const [id, until] of contexts) if (until <= now) contexts.delete(id)
    if (contexts.size < MAX_CONTEXTS) return true
    // Only a cancelled context can free its place; the utterance that waits has its own deadline.
    slotTimer ??= setTimeout(() => {
      slotTimer = undefined
      pumpAll()
    }, 100)
    return false
  }

  const onChunk = (message: Extract<ReturnType<typeof parseServerMessage>, { type: 'chunk' }>) => {
    const onlyContext = contexts.size === 1 ? [...contexts.keys()][0] : undefined
    const id = message.contextId ?? onlyContext
    if (id === undefined) return
    if (message.isFinal) contexts.delete(id)
    // Audio of a cancelled utterance finds nobody here: it is dropped.
    utterances.get(id)?.receive(message)
    if (message.isFinal) pumpAll()
  }

  const socket = openProviderSocket({
    provider: 'elevenlabs',
    url: toSocketUrl({
      origin: toWebSocketOrigin(origins.api as string),
      voice: options.voice ?? DEFAULT_VOICE,
      model: options.model ?? DEFAULT_MODEL,
      outputFormat: OUTPUT_FORMATS[options.format.encoding],
      languageCode: options.language?.split('-')[0]?.toLowerCase(),
    }),
    headers: { 'xi-api-key': credentials.apiKey },
    mapHandshakeFailure: (status, headers, body) => toHandshakeError({ status, headers, body }),
    onOpen(headers) {
      emit({ type: 'open', requestId: headers['request-id'] })
      pumpAll()
    },
    onText(text) {
      const message = parseServerMessage(text)
      if (message.type === 'chunk') onChunk(message)
      else if (message.type === 'error') onErrorFrame(message.code)
      else if (message.type === 'malformed')
        emit({ type: 'warning', message: 'ElevenLabs sent a message that is not JSON.' })
    },
    onBinary: () =>
      emit({ type: 'warning', message: 'ElevenLabs sent a binary message, which is not part of its protocol.' }),
    onError: failAll,
    onClose(code, reason) {
      isClosed = true
      const providerCode = readCloseReason(reason)
      if (utterances.size > 0 || !isIdleClose(code, providerCode)) {
        failAll(providerCode ? toElevenLabsError({ code: providerCode, status: code }) : ownError('closed'))
      }
      for (const utterance of [...utterances.values()]) utterance.drop()
      clearTimeout(slotTimer)
      emit({ type: 'closed', characters })
    },
  })

  const onErrorFrame = (code: unknown) => {
    const error = toElevenLabsError({ code })
    // The frame comes right before the server closes the socket, so there is nothing to keep.
    if (utterances.size > 0 || error.providerCode !== 'input_timeout_exceeded') failAll(error)
    socket.destroy()
  }

  const send = (message: ClientMessage) => {
    if (socket.sendText(JSON.stringify(message)) && message.text?.trim()) characters += message.text.length
  }

  return {
    speak(onUtteranceEvent) {
      const contextId = `utterance-${++serial}`
      const utterance = createUtterance({
        contextId,
        mayStart: () => socket.isOpen && hasFreeContext(),
        send,
        onStarted: () => contexts.set(contextId, Number.POSITIVE_INFINITY),
        onClosing: () => contexts.set(contextId, Date.now() + CANCELLED_MS),
        onOver: () => utterances.delete(contextId),
        onEvent: onUtteranceEvent,
      })
      if (!isClosing && !hasFailed && !isClosed) utterances.set(contextId, utterance)
      else queueMicrotask(() => utterance.fail(ownError('closed')))
      return utterance
    },
    close() {
      if (isClosing) return
      isClosing = true
      // The server acts on `close_socket` only when no context is open (pipecat-ai/pipecat 5874).
      for (const utterance of [...utterances.values()]) utterance.cancel()
      send({ close_socket: true })
      socket.close(CLOSE_GRACE_MS)
    },
    destroy() {
      isClosing = true
      for (const utterance of [...utterances.values()]) utterance.drop()
      socket.destroy()
    },
  }
}

/**
 * ElevenLabs' voices over the multi-context socket: one connection for a call, one context for each utterance.
 * Source: https://elevenlabs.io/docs/api-reference/text-to-speech/v-1-text-to-speech-voice-id-multi-stream-input
 */
export const tts: TtsCapability<ElevenLabsCredentials> = {
  encodings: ['mulaw', 'alaw'],
  defaultModel: DEFAULT_MODEL,
  defaultVoice: DEFAULT_VOICE,
  models: [
    { id: DEFAULT_MODEL, name: 'Flash v2.5', description: 'The fastest, 32 languages; the best fit for calls.' },
    { id: 'eleven_turbo_v2_5', name: 'Turbo v2.5', description: 'A little slower and warmer, 32 languages.' },
    {
      id: 'eleven_multilingual_v2',
      name: 'Multilingual v2',
      description: 'The most natural of these, noticeably slower.',
    },
  ],
  listVoices,
  open,
}
