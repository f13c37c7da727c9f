import { BYTES_PER_MS } from '../../src/provider-kit/index.ts'
import type { ProviderError, TtsEvent, TtsUtterance } from '../../src/provider-kit/index.ts'
import { ownError } from './errors.ts'
import { createPhraseBuffer } from './phrase-buffer.ts'
import type { Alignment, ClientMessage } from './protocol.ts'
import { createWordBuilder } from './word-builder.ts'

/** How long ElevenLabs may take for the next audio that it owes, in ms. */
const AUDIO_DEADLINE_MS = 8000
/** So long after the last audio a finished context is closed even if its last phrase was not recognised in it. */
const QUIET_MS = 1000

export type UtteranceChunk = { audio?: Buffer; alignment?: Alignment; isFinal: boolean }

/** One utterance as its connection sees it: a context of the socket. */
export type ContextUtterance = TtsUtterance & {
  readonly contextId: string
  /** Sends what waits, once the socket is open and a context is free. */
  pump(): void
  receive(chunk: UtteranceChunk): void
  /** Ends the utterance with an error, unless it is over. */
  fail(error: ProviderError): void
  /** Ends the utterance without an event. */
  drop(): void
}

type UtteranceOptions = {
  contextId: string
  /** False when the socket is not open, or has no context to spare: `pump` is called when that changes. */
  mayStart(): boolean
  send(message: ClientMessage): void
  /** The context has been opened, or closed by this side. */
  onStarted(): void
  onClosing(): void
  /** Nothing more will come of it. */
  onOver(): void
  onEvent(event: TtsEvent): void
  /** Default: those of this file. */
  audioDeadlineMs?: number
  quietMs?: number
}

/** Characters that are spoken; blanks and line breaks come back changed. */
const countCharacters = (text: string): number => text.replace(/\s/g, '').length

/**
 * Opens its context with the first phrase, since a context that only waits counts against the limit of five.
 * The context is closed when its last phrase has begun to sound: `flush` alone brings no `isFinal`, and a close right behind
 * the text was seen to overtake it, so that nothing was spoken (pipecat-ai/pipecat 4681, bolna-ai/bolna 790).
 */
export const createUtterance = (options: UtteranceOptions): ContextUtterance => {
  const { contextId, send, onEvent, audioDeadlineMs = AUDIO_DEADLINE_MS, quietMs = QUIET_MS } = options
  const phrases = createPhraseBuffer()
  const words = createWordBuilder()
  const outbox: string[] = []
  let timer: NodeJS.Timeout | undefined
  let hasStarted = false
  let isFinished = false
  let hasFlushed = false
  let isClosing = false
  let isOver = false
  let audioBytes = 0
  let sentCharacters = 0
  let lastPhraseStart = 0
  let alignedCharacters = 0

  const arm = (ms: number, onTimeout: () => void) => {
    clearTimeout(timer)
    timer = setTimeout(onTimeout, ms)
  }
  const end = () => {
    isOver = true
    clearTimeout(timer)
    options.onOver()
  }
  const fail = (error: ProviderError) => {
    if (isOver) return
    closeContext()
    end()
    onEvent({ type: 'error', error })
  }
  const awaitAudio = () => arm(audioDeadlineMs, () => fail(ownError('timeout')))

  const closeContext = () => {
    if (!hasStarted || isClosing) return
    isClosing = true
    options.onClosing()
    send({ context_id: contextId, close_context: true })
  }
  const complete = () => {
    const rest = words.flush()
    if (rest.length > 0) onEvent({ type: 'words', words: rest })
    end()
    onEvent({ type: 'done' })
  }

  const pump = () => {
    if (isOver || outbox.length === 0 || !(hasStarted || options.mayStart())) return
    if (!hasStarted) {
      hasStarted = true
      options.onStarted()
      send({ text: ' ', context_id: contextId })
    }
    for (const text of outbox.splice(0)) {
      lastPhraseStart = sentCharacters
      sentCharacters += countCharacters(text)
      send({ text, context_id: contextId })
    }
    flushContext()
  }
  const flushContext = () => {
    if (!isFinished || !hasStarted || hasFlushed || outbox.length > 0) return
    hasFlushed = true
    awaitAudio()
    send({ context_id: contextId, flush: true })
    closeWhenLastPhraseSounds()
  }
  const closeWhenLastPhraseSounds = () => {
    if (!hasFlushed || audioBytes === 0 || isClosing) return
    if (alignedCharacters > lastPhraseStart) closeContext()
    else
      arm(quietMs, () => {
        closeContext()
        awaitAudio()
      })
  }

  const queue = (text: string | undefined) => {
    if (text === undefined) return
    outbox.push(text)
    awaitAudio()
    pump()
  }

  return {
    contextId,
    pump,
    fail,
    write(text) {
      if (!isOver && !isFinished) queue(phrases.push(text))
    },
    finish() {
      if (isOver || isFinished) return
      const rest = phrases.flush()
      isFinished = true
      queue(rest)
      if (hasStarted) flushContext()
      else if (outbox.length === 0) queueMicrotask(() => isOver || complete())
    },
    cancel() {
      if (isOver) return
      closeContext()
      end()
    },
    drop() {
      if (!isOver) end()
    },
    receive({ audio, alignment, isFinal }) {
      if (isOver) return
      const deliveredMs = audioBytes / BYTES_PER_MS
      if (audio) {
        audioBytes += audio.length
        if (isFinished) awaitAudio()
        else clearTimeout(timer)
        onEvent({ type: 'audio', audio })
      }
      if (alignment && !isOver) {
        alignedCharacters += countCharacters(alignment.chars.join(''))
        const spoken = words.add(alignment, deliveredMs)
        if (spoken.length > 0) onEvent({ type: 'words', words: spoken })
      }
      if (isOver) return
      if (!isFinal) return closeWhenLastPhraseSounds()
      isClosing = true
      if (!hasFlushed) return fail(ownError('closed'))
      if (audioBytes === 0) return fail(ownError('failed', 'ElevenLabs ended an utterance without speaking any of it.'))
      complete()
    },
  }
}
