import { openProviderSocket, toWebSocketOrigin } from '../../src/provider-kit/index.ts'
import type { ProviderError, TtsCapability } from '../../src/provider-kit/index.ts'
import type { CartesiaCredentials } from './credentials.ts'
import { ownError, toCartesiaError, toHttpError } from './errors.ts'
import { CARTESIA_VERSION, parseServerMessage, toLanguage, toVoiceConfig } from './protocol.ts'
import type { ClientMessage, ServerMessage } from './protocol.ts'
import { createUtterance } from './utterance.ts'
import type { ContextUtterance } from './utterance.ts'
import { listVoices } from './voices.ts'

const DEFAULT_MODEL = 'sonic-3.5'
/** Katie, whom Cartesia recommends for agents. Source: https://docs.cartesia.ai/build-with-cartesia/tts-models/latest */
const DEFAULT_VOICE = 'f786b574-daa5-4673-aa0c-cbe3e8534c02'
const CLOSE_GRACE_MS = 2000

type CartesiaTtsOptions = {
  /** How long Cartesia may take for the next audio that it owes, in ms. Default 8,000. */
  audioDeadlineMs?: number
  /** A context silent for so long gets no more text, in ms. Default 600: it expires after 1,000. */
  quietMs?: number
}

const createOpen =
  ({ audioDeadlineMs = 8000, quietMs = 600 }: CartesiaTtsOptions): TtsCapability<CartesiaCredentials>['open'] =>
  ({ credentials, origins }, options, onEvent) => {
    const utterances = new Set<ContextUtterance>()
    const language = options.language === undefined ? undefined : toLanguage(options.language)
    const config = toVoiceConfig({
      model: options.model ?? DEFAULT_MODEL,
      voice: options.voice ?? DEFAULT_VOICE,
      encoding: options.format.encoding,
      language,
    })
    let serial = 0
    let characters = 0
    let isClosing = false
    let hasFailed = false
    let isClosed = false

    /** Utterances first: who is speaking must know before the connection is given up. */
    const failAll = (error: ProviderError) => {
      if (hasFailed || isClosing) return
      hasFailed = true
      for (const utterance of [...utterances]) utterance.fail(error)
      onEvent({ type: 'error', error })
    }

    const ownerOf = (contextId: string | undefined) =>
      contextId === undefined ? undefined : [...utterances].find((utterance) => utterance.owns(contextId))

    const onError = ({ contextId, failure }: Extract<ServerMessage, { type: 'error' }>) => {
      const error = toCartesiaError(failure)
      const utterance = ownerOf(contextId)
      if (utterance?.takesAsEnd()) return
      // Too many utterances at once, or a fault of the moment, ends one utterance; the next may fare better.
      if (utterance && ['rate-limited', 'unreachable', 'failed'].includes(error.kind)) return utterance.fail(error)
      // What is said of a context that was given up concerns nobody.
      if (contextId !== undefined && !utterance) return
      failAll(error)
      socket.destroy()
    }

    const socket = openProviderSocket({
      provider: 'cartesia',
      url: `${toWebSocketOrigin(origins.api as string)}/tts/websocket?cartesia_version=${CARTESIA_VERSION}`,
      headers: { authorization: `Bearer ${credentials.apiKey}`, 'cartesia-version': CARTESIA_VERSION },
      mapHandshakeFailure: toHttpError,
      onOpen(headers) {
        onEvent({ type: 'open', requestId: headers['x-request-id'] })
        if (options.language !== undefined && language === undefined)
          onEvent({
            type: 'warning',
            message: 'Cartesia does not speak the language of this agent: it goes by the voice.',
          })
        for (const utterance of [...utterances]) utterance.pump()
      },
      onText(text) {
        const message = parseServerMessage(text)
        if (message.type === 'output') ownerOf(message.contextId)?.receive(message)
        else if (message.type === 'error') onError(message)
        else if (message.type === 'malformed')
          onEvent({ type: 'warning', message: 'Cartesia sent a message that is not JSON.' })
      },
      onBinary: () =>
        onEvent({ type: 'warning', message: 'Cartesia sent a binary message, which is not part of its protocol.' }),
      onError: failAll,
      onClose(code) {
        isClosed = true
        // An idle connection is let go after five minutes with code 1000 (pipecat-ai/pipecat issue 1818).
        if (utterances.size > 0 || code === 1008) failAll(ownError('closed'))
        for (const utterance of [...utterances]) utterance.drop()
        onEvent({ type: 'closed', characters })
      },
    })

    const send = (message: ClientMessage) => socket.sendText(JSON.stringify(message))

    return {
      speak(onUtteranceEvent) {
        const utterance = createUtterance({
          name: `utterance-${++serial}`,
          mayStart: () => socket.isOpen,
          send({ contextId, transcript, continue: goesOn }) {
            if (send({ ...config, context_id: contextId, transcript, continue: goesOn }))
              characters += transcript.length
          },
          cancelContext: (contextId) => send({ context_id: contextId, cancel: true }),
          onOver: () => utterances.delete(utterance),
          onEvent: onUtteranceEvent,
          audioDeadlineMs,
          quietMs,
        })
        if (!isClosing && !hasFailed && !isClosed) utterances.add(utterance)
        else queueMicrotask(() => utterance.fail(ownError('closed')))
        return utterance
      },
      close() {
        if (isClosing) return
        isClosing = true
        for (const utterance of [...utterances]) utterance.cancel()
        socket.close(CLOSE_GRACE_MS)
      },
      destroy() {
        isClosing = true
        for (const utterance of [...utterances]) utterance.drop()
        socket.destroy()
      },
    }
  }

/**
 * Cartesia's voices over its socket: one connection for a call, one context for each utterance.
 * Source: https://docs.cartesia.ai/api-reference/tts/websocket
 */
export const createCartesiaTts = (options: CartesiaTtsOptions = {}): TtsCapability<CartesiaCredentials> => ({
  encodings: ['mulaw', 'alaw'],
  defaultModel: DEFAULT_MODEL,
  defaultVoice: DEFAULT_VOICE,
  models: [
    { id: DEFAULT_MODEL, name: 'Sonic 3.5', description: 'The newest, some forty languages; the best fit for calls.' },
    { id: 'sonic-3', name: 'Sonic 3', description: 'The generation before it.' },
    {
      id: 'sonic-latest',
      name: 'Sonic, latest',
      description: 'Whatever Cartesia released last; it changes without notice.',
    },
  ],
  listVoices,
  open: createOpen(options),
})
