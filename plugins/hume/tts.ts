import { toWebSocketOrigin } from '../../src/provider-kit/index.ts'
import type { ProviderError, ProviderErrorKind, TtsCapability } from '../../src/provider-kit/index.ts'
import type { HumeCredentials } from './credentials.ts'
import { ownError } from './errors.ts'
import { toHumeVoice, toSocketUrl } from './protocol.ts'
import { openHumeStream } from './stream.ts'
import type { HumeStream } from './stream.ts'
import { createUtterance } from './utterance.ts'
import type { StreamUtterance } from './utterance.ts'
import { listVoices } from './voices.ts'

const DEFAULT_MODEL = '2'
/** A voice of Hume's library. Source: livekit/agents, the Hume plugin's default */
const DEFAULT_VOICE = 'Male English Actor'
const CLOSE_GRACE_MS = 2000

/** Failures that every further utterance would meet too. */
const FATAL: ReadonlySet<ProviderErrorKind> = new Set(['rejected', 'limited', 'out-of-credit', 'invalid-request'])

type HumeTtsOptions = {
  /** How long Hume may take for the next audio that it owes, in ms. Default 8,000. */
  audioDeadlineMs?: number
  /** So long after the last audio the end is taken for granted where Hume does not close, in ms. Default 1,500. */
  quietMs?: number
}

const createOpen =
  ({ audioDeadlineMs = 8000, quietMs = 1500 }: HumeTtsOptions): TtsCapability<HumeCredentials>['open'] =>
  ({ credentials, origins }, options, onEvent) => {
    const url = toSocketUrl({
      origin: toWebSocketOrigin(origins.api as string),
      version: options.model ?? DEFAULT_MODEL,
    })
    const utterances = new Set<StreamUtterance>()
    const streams = new Set<HumeStream>()
    /** Opened ahead for the next utterance. */
    let spare: HumeStream | undefined
    let characters = 0
    let hasOpened = false
    let hasFailed = false
    let isEnding = false
    let isClosed = false

    const closeWhenDone = () => {
      if (isClosed || !isEnding || streams.size > 0) return
      isClosed = true
      onEvent({ type: 'closed', characters })
    }
    /** Utterances first: who is speaking must know before the connection is given up. */
    const failAll = (error: ProviderError) => {
      if (hasFailed || isEnding) return
      hasFailed = true
      for (const utterance of [...utterances]) utterance.fail(error)
      onEvent({ type: 'error', error })
      isEnding = true
      for (const stream of streams) stream.release()
      closeWhenDone()
    }

    const openStream = (): HumeStream => {
      const stream = openHumeStream({
        url,
        apiKey: credentials.apiKey,
        onOpen(requestId) {
          if (hasOpened) return
          hasOpened = true
          onEvent({ type: 'open', requestId })
          if (options.language !== undefined)
            onEvent({ type: 'warning', message: 'Hume takes no language: the voice follows the text.' })
        },
        onWarning: (message) => onEvent({ type: 'warning', message }),
        onFailed(error) {
          // A stream kept ready that breaks is opened anew when it is needed.
          const isIdle = stream === spare && utterances.size === 0
          if (FATAL.has(error.kind) || !hasOpened || !isIdle) failAll(error)
        },
        onClosed() {
          streams.delete(stream)
          if (spare === stream) spare = undefined
          closeWhenDone()
        },
      })
      streams.add(stream)
      return stream
    }

    spare = openStream()

    return {
      speak(onUtteranceEvent) {
        const utterance = createUtterance({
          encoding: options.format.encoding,
          voice: toHumeVoice(options.voice ?? DEFAULT_VOICE),
          takeStream() {
            const stream = spare && !spare.isClosed ? spare : openStream()
            spare = undefined
            return stream
          },
          onOver() {
            utterances.delete(utterance)
            if (!isEnding && !hasFailed) spare ??= openStream()
          },
          onBroken: failAll,
          onCharacters(count) {
            characters += count
          },
          onEvent: onUtteranceEvent,
          audioDeadlineMs,
          quietMs,
        })
        if (!isEnding && !hasFailed) utterances.add(utterance)
        else queueMicrotask(() => utterance.fail(ownError('closed')))
        return utterance
      },
      close() {
        if (isEnding) return
        isEnding = true
        for (const utterance of [...utterances]) utterance.cancel()
        for (const stream of streams) stream.close(CLOSE_GRACE_MS)
        queueMicrotask(closeWhenDone)
      },
      destroy() {
        isEnding = true
        for (const utterance of [...utterances]) utterance.drop()
        for (const stream of streams) stream.release()
        queueMicrotask(closeWhenDone)
      },
    }
  }

/** Hume's voices: a stream for each utterance, the next one opened ahead; 48 kHz brought down to the telephone's 8 kHz. */
export const createHumeTts = (options: HumeTtsOptions = {}): TtsCapability<HumeCredentials> => ({
  encodings: ['mulaw', 'alaw'],
  defaultModel: DEFAULT_MODEL,
  defaultVoice: DEFAULT_VOICE,
  models: [
    { id: DEFAULT_MODEL, name: 'Octave 2', description: 'The faster one, eleven languages.' },
    { id: '1', name: 'Octave 1', description: 'The first one, English and Spanish.' },
  ],
  listVoices,
  open: createOpen(options),
})

export const tts = createHumeTts()
