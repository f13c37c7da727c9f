import { BYTES_PER_MS } from '../../src/provider-kit/index.ts'
import { createSpeechPieces } from '../../src/provider-kit/speech-pieces.ts'
import type { ProviderError, TtsEvent, TtsUtterance } from '../../src/provider-kit/index.ts'
import { ownError } from './errors.ts'
import type { ServerMessage } from './protocol.ts'

/** Longest text of one input. */
const MAX_CHARS = 1000

export type UtteranceInput = { contextId: string; transcript: string; continue: boolean }

/** One utterance as its connection sees it: one context of the socket, or several where the text was long in coming. */
export type ContextUtterance = TtsUtterance & {
  /** Sends what waits, once the socket is open. */
  pump(): void
  /** Takes a message of one of its contexts. */
  receive(output: Extract<ServerMessage, { type: 'output' }>): void
  owns(contextId: string): boolean
  /** Whether a refusal of its context is the end that was to be expected: the context had expired with all of it said. */
  takesAsEnd(): boolean
  /** Ends the utterance with an error, unless it is over. */
  fail(error: ProviderError): void
  /** Ends the utterance without an event. */
  drop(): void
}

type UtteranceOptions = {
  /** Names its contexts: `turn-7.1`, `turn-7.2`. */
  name: string
  mayStart(): boolean
  send(input: UtteranceInput): void
  cancelContext(contextId: string): void
  /** Nothing more will come of it. */
  onOver(): void
  onEvent(event: TtsEvent): void
  /** How long Cartesia may take for the next audio that it owes, in ms. */
  audioDeadlineMs: number
  /** A context that has been silent for so long gets no more text, in ms: it may be about to expire. */
  quietMs: number
}

type Context = { id: string; startedAtMs: number; hasSounded: boolean; isEnded: boolean; isExpired: boolean }

/**
 * Text goes out clause by clause. A context expires 1 s after its last audio, and text sent to it then is refused: after a
 * pause (a tool is at work, say) the rest is spoken in a context of its own.
 * Source: https://docs.cartesia.ai/use-the-api/tts-websocket/contexts
 */
export const createUtterance = (options: UtteranceOptions): ContextUtterance => {
  const { name, onEvent, audioDeadlineMs } = options
  const pieces = createSpeechPieces({ maxChars: MAX_CHARS })
  let serial = 0
  let context: Context | undefined
  /** The one before, which may still owe audio: that is heard as long as nothing came of its successor. */
  let former: Context | undefined
  let lastSentAt = 0
  let lastAudioAt = 0
  let timer: NodeJS.Timeout | undefined
  let isFinished = false
  let isOver = false
  let audioBytes = 0

  const end = () => {
    isOver = true
    clearTimeout(timer)
    options.onOver()
  }
  const complete = () => {
    end()
    onEvent({ type: 'done' })
  }
  const fail = (error: ProviderError) => {
    if (isOver) return
    if (context) options.cancelContext(context.id)
    end()
    onEvent({ type: 'error', error })
  }
  const awaitAudio = () => {
    clearTimeout(timer)
    timer = context?.isExpired
      ? setTimeout(complete, options.quietMs)
      : setTimeout(() => fail(ownError('timeout')), audioDeadlineMs)
  }

  const isStale = () => lastAudioAt >= lastSentAt && performance.now() - lastAudioAt > options.quietMs
  const send = (transcript: string) => {
    if (!context || (context.hasSounded && isStale())) {
      former = context
      context = {
        id: `${name}.${++serial}`,
        startedAtMs: audioBytes / BYTES_PER_MS,
        hasSounded: false,
        isEnded: false,
        isExpired: false,
      }
    }
    lastSentAt = performance.now()
    awaitAudio()
    options.send({ contextId: context.id, transcript, continue: true })
  }
  const sendEnd = () => {
    if (!isFinished || !pieces.isEmpty || isOver) return
    if (!context) return void queueMicrotask(() => isOver || complete())
    if (context.isEnded) return
    context.isEnded = true
    context.isExpired = context.hasSounded && isStale()
    awaitAudio()
    options.send({ contextId: context.id, transcript: '', continue: false })
  }
  const pump = () => {
    if (isOver || !options.mayStart()) return
    for (let piece = pieces.take(); piece !== undefined; piece = pieces.take()) send(`${piece} `)
    sendEnd()
  }

  const onContextDone = ({ hasSounded, isEnded }: NonNullable<typeof context>) => {
    context = undefined
    if (!hasSounded) return fail(ownError('failed', 'Cartesia ended an utterance without speaking any of it.'))
    clearTimeout(timer)
    if (isEnded) complete()
  }

  return {
    pump,
    fail,
    takesAsEnd() {
      if (isOver || !context?.isExpired) return false
      complete()
      return true
    },
    owns: (contextId) => contextId.startsWith(`${name}.`),
    write(text) {
      if (isOver || isFinished) return
      pieces.write(text)
      pump()
    },
    finish() {
      if (isOver || isFinished) return
      isFinished = true
      pieces.finish()
      if (pieces.isEmpty && !context) queueMicrotask(() => isOver || complete())
      else pump()
    },
    cancel() {
      if (isOver) return
      if (context) options.cancelContext(context.id)
      end()
    },
    drop() {
      if (!isOver) end()
    },
    receive({ contextId, audio, words, isDone }) {
      const source = [context, former].find((known) => known?.id === contextId)
      if (isOver || !source) return
      if (source === context && former && (audio || words)) {
        // From here on what came of the former one would be heard in the wrong place.
        former = undefined
        source.startedAtMs = audioBytes / BYTES_PER_MS
      }
      const { startedAtMs } = source
      if (audio) {
        source.hasSounded = true
        lastAudioAt = performance.now()
        audioBytes += audio.length
        if (isFinished) awaitAudio()
        else if (source === context) clearTimeout(timer)
        onEvent({ type: 'audio', audio })
      }
      if (words && words.length > 0 && !isOver)
        onEvent({
          type: 'words',
          words: words.map(({ text, startMs, endMs }) => ({
            text,
            startMs: startedAtMs + startMs,
            endMs: startedAtMs + endMs,
          })),
        })
      if (isDone && !isOver && source === context) onContextDone(source)
    },
  }
}
