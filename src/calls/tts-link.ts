import type {
  AudioEncoding,
  AudioFormat,
  TtsConnection,
  TtsConnectionEvent,
  TtsEvent,
  TtsUtterance,
} from '../provider-kit/index.ts'
import { ProviderError, transcode } from '../provider-kit/index.ts'
import { isRetryable } from './ended-reason.ts'
import { fromProvider } from './provider-failure.ts'
import type { BoundTts, CallError, NamedProvider } from './types.ts'

export type TtsLinkOptions = {
  tts: BoundTts
  voice?: string
  model?: string
  language?: string
  /** The carrier's. */
  format: AudioFormat
  onOpen(requestId: string | undefined): void
  onWarning(message: string): void
  /** Beyond repair while nothing was being spoken. */
  onFailed(error: CallError): void
}

/** Text-to-speech for the length of a call. A connection that the provider lets go while idle is opened anew when needed. */
export type TtsLink = {
  /** Opens a connection if there is none. */
  warm(): void
  /** Starts an utterance. Audio arrives in the carrier's encoding. */
  speak(onEvent: (event: TtsEvent) => void): TtsUtterance
  /** The utterance being spoken is of no interest any more. */
  release(): void
  /**
   * Gives up the present connection after a failure.
   * @returns whether a further attempt is left
   */
  giveUp(error: CallError): boolean
  /** An utterance was completed: the next failure is a new one. */
  markHealthy(): void
  /** Counts text sent, for a provider that never says. */
  countText(characters: number): void
  close(): void
  destroy(): void
  isClosed(): boolean
  /** Characters spoken, as the provider counts them where it does. */
  characters(): number
}

export function createTtsLink(options: TtsLinkOptions): TtsLink {
  const { tts, format } = options
  const encoding: AudioEncoding = tts.encodings.includes(format.encoding)
    ? format.encoding
    : (tts.encodings[0] ?? format.encoding)
  let connection: TtsConnection | undefined
  let serial = 0
  let live = 0
  let hasFailed = false
  let isClosing = false
  let speaking = 0
  let current: ((event: TtsEvent) => void) | undefined
  let written = 0
  let counted = 0

  const giveUp = (error: CallError): boolean => {
    const failed = connection
    connection = undefined
    current = undefined
    serial++
    speaking++
    failed?.destroy()
    if (isClosing || hasFailed || !isRetryable(error.kind)) return false
    hasFailed = true
    return true
  }

  const onConnectionError = (error: ProviderError) => {
    // An utterance that hears of it decides itself; it has text to speak anew.
    if (current) return current({ type: 'error', error })
    const failure = fromProvider(error)
    if (!giveUp(failure) && !isClosing) options.onFailed(failure)
  }

  const onEvent = (from: number, event: TtsConnectionEvent) => {
    if (event.type === 'closed') {
      live--
      counted += event.characters
    }
    if (from !== serial) return
    if (event.type === 'open') options.onOpen(event.requestId)
    else if (event.type === 'warning') options.onWarning(event.message)
    else if (event.type === 'error') onConnectionError(event.error)
    else {
      connection = undefined
      current?.({ type: 'error', error: toBrokenOff(tts) })
    }
  }

  const warm = () => {
    if (connection || isClosing) return
    const own = ++serial
    live++
    const { voice, model, language } = options
    const opened = tts.open({ voice, model, language, format: { ...format, encoding } }, (event) => onEvent(own, event))
    // It may have failed before it was handed over.
    if (own === serial) connection = opened
  }

  const toCarrier = (event: TtsEvent): TtsEvent => {
    if (event.type !== 'audio' || encoding === format.encoding) return event
    return { type: 'audio', audio: transcode({ audio: event.audio, from: encoding, to: format.encoding }) }
  }

  return {
    warm,
    speak(onSpoken) {
      warm()
      if (!connection) return SILENT
      const own = ++speaking
      current = onSpoken
      return connection.speak((event) => {
        if (own !== speaking) return
        if (event.type === 'done' || event.type === 'error') current = undefined
        onSpoken(toCarrier(event))
      })
    },
    release() {
      current = undefined
      speaking++
    },
    giveUp,
    markHealthy() {
      hasFailed = false
    },
    countText(characters) {
      written += characters
    },
    close() {
      isClosing = true
      connection?.close()
    },
    destroy() {
      isClosing = true
      connection?.destroy()
    },
    isClosed: () => live === 0,
    characters: () => (live === 0 && counted > 0 ? counted : written),
  }
}

const SILENT: TtsUtterance = { write: () => undefined, finish: () => undefined, cancel: () => undefined }

const toBrokenOff = ({ provider, name = provider }: NamedProvider) =>
  new ProviderError({ provider, kind: 'closed', message: `${name} broke off the speech` })
