import { BYTES_PER_MS, createResampler, encodeG711 } from '../../src/provider-kit/index.ts'
import { createSpeechPieces } from '../../src/provider-kit/speech-pieces.ts'
import type { AudioEncoding, ProviderError, TtsEvent, TtsUtterance } from '../../src/provider-kit/index.ts'
import { ownError } from './errors.ts'
import type { ClientMessage, HumeVoice, ServerMessage } from './protocol.ts'
import type { HumeStream } from './stream.ts'

/** Longest text of one message. Source: Hume's documentation, "Maximum text length: 5,000 characters per Utterance" */
const MAX_CHARS = 1000
/** Hume's PCM has this rate and no other. */
const HUME_RATE = 48000

type UtteranceOptions = {
  encoding: AudioEncoding
  voice: HumeVoice
  /** A stream of its own, open or about to be. */
  takeStream(): HumeStream
  /** Nothing more will come of it. */
  onOver(): void
  onCharacters(count: number): void
  /** The stream ended before its time. */
  onBroken(error: ProviderError): void
  onEvent(event: TtsEvent): void
  /** How long Hume may take for the next audio that it owes, in ms. */
  audioDeadlineMs: number
  /** So long after a snippet's last audio the end is taken for granted where Hume does not close, in ms. */
  quietMs: number
}

export type StreamUtterance = TtsUtterance & {
  /** Ends the utterance with an error, unless it is over. */
  fail(error: ProviderError): void
  /** Ends the utterance without an event. */
  drop(): void
}

/**
 * One utterance over a stream of its own: Hume knows neither contexts nor a cancel, and `close` is what makes it say all
 * that it has and end. To interrupt is to drop the stream.
 */
export const createUtterance = (options: UtteranceOptions): StreamUtterance => {
  const { encoding, onEvent } = options
  const pieces = createSpeechPieces({ maxChars: MAX_CHARS })
  const resampler = createResampler({ fromRate: HUME_RATE, toRate: 8000 })
  /** Where each snippet's words count from, in ms of the utterance. */
  const snippetStarts = new Map<string, { deliveredMs: number; offsetMs?: number }>()
  let stream: HumeStream | undefined
  let timer: NodeJS.Timeout | undefined
  let hasSentVoice = false
  let isFinished = false
  let hasClosed = false
  let isOver = false
  let sentPieces = 0
  /** Snippets whose last audio came; Hume makes at least one of each piece. */
  let endedSnippets = 0
  let isSnippetOpen = false
  let audioBytes = 0

  const end = () => {
    isOver = true
    clearTimeout(timer)
    stream?.release()
    options.onOver()
  }
  const fail = (error: ProviderError) => {
    if (isOver) return
    end()
    onEvent({ type: 'error', error })
  }
  const deliver = (samples: Int16Array) => {
    if (samples.length === 0) return
    audioBytes += samples.length
    onEvent({ type: 'audio', audio: encodeG711(samples, encoding) })
  }
  const complete = () => {
    if (audioBytes === 0) return fail(ownError('failed', 'Hume ended an utterance without speaking any of it.'))
    deliver(resampler.flush())
    if (isOver) return
    end()
    onEvent({ type: 'done' })
  }
  const isAllSaid = () => hasClosed && !isSnippetOpen && endedSnippets >= sentPieces
  const awaitAudio = () => {
    clearTimeout(timer)
    timer = isAllSaid()
      ? setTimeout(complete, options.quietMs)
      : setTimeout(() => fail(ownError('timeout')), options.audioDeadlineMs)
  }

  const send = (message: ClientMessage) => {
    awaitAudio()
    stream?.send(message)
  }
  const pump = () => {
    if (isOver) return
    if (!stream && pieces.isEmpty) return
    for (let piece = pieces.take(); piece !== undefined; piece = pieces.take()) {
      stream ??= options.takeStream()
      stream.listen({ onMessage, onClose, onError: fail })
      sentPieces++
      const voice = hasSentVoice ? undefined : options.voice
      hasSentVoice = true
      options.onCharacters(piece.length + 1)
      send({ text: `${piece} `, ...(voice && { voice }), flush: true })
    }
    if (!isFinished || hasClosed || !stream) return
    hasClosed = true
    send({ close: true })
  }

  /** Times may count from the start of the snippet or of the stream; the first word of a later snippet tells. */
  const placeOf = (snippetId: string, firstMs: number): number => {
    const start = snippetStarts.get(snippetId) ?? { deliveredMs: audioBytes / BYTES_PER_MS }
    start.offsetMs ??= firstMs < start.deliveredMs - 50 ? start.deliveredMs : 0
    snippetStarts.set(snippetId, start)
    return start.offsetMs
  }

  const onMessage = (message: ServerMessage) => {
    if (isOver) return
    if (message.type === 'error') return fail(stream?.toError(message.failure) ?? ownError('failed'))
    if (message.type === 'word') {
      const { text, startMs, endMs } = message.word
      const offsetMs = placeOf(message.snippetId, startMs)
      onEvent({ type: 'words', words: [{ text, startMs: offsetMs + startMs, endMs: offsetMs + endMs }] })
    } else if (message.type === 'audio') {
      if (!snippetStarts.has(message.snippetId))
        snippetStarts.set(message.snippetId, { deliveredMs: audioBytes / BYTES_PER_MS })
      isSnippetOpen = !message.isLastChunk
      if (message.isLastChunk) endedSnippets++
      if (isFinished) awaitAudio()
      else clearTimeout(timer)
      deliver(resampler.push(message.audio))
    }
  }
  const onClose = (code: number) => {
    if (isOver) return
    if (hasClosed && (code === 1000 || isAllSaid())) complete()
    else options.onBroken(ownError('closed'))
  }

  return {
    fail,
    write(text) {
      if (isOver || isFinished) return
      pieces.write(text)
      pump()
    },
    finish() {
      if (isOver || isFinished) return
      isFinished = true
      pieces.finish()
      pump()
      if (!stream)
        queueMicrotask(() => {
          if (isOver) return
          end()
          onEvent({ type: 'done' })
        })
    },
    cancel() {
      if (!isOver) end()
    },
    drop() {
      if (!isOver) end()
    },
  }
}
