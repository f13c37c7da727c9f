import type { AudioFormat } from './audio.ts'
import { isProviderError, ProviderError } from './errors.ts'
import { fetchSpeech } from './fetch-speech.ts'
import type { SpeechFailure, SpeechRequest } from './fetch-speech.ts'
import { createResampler, encodeG711 } from './resample.ts'
import type { PcmRate } from './resample.ts'
import { createSpeechPieces } from './speech-pieces.ts'
import type { TtsConnection, TtsConnectionEvent, TtsEvent } from './tts.ts'

export type HttpTtsOptions = {
  /** Provider id, `openai`. */
  provider: string
  /** The provider's name as a person reads it, `OpenAI`. */
  providerName: string
  format: AudioFormat
  /** Samples per second of the provider's answers: 16-bit little-endian, mono, no header. */
  fromRate: PcmRate
  /** What is asked for one piece of text. A thrown `ProviderError` fails the utterance; `signal` aborts with it. */
  toRequest(text: string, signal: AbortSignal): SpeechRequest | Promise<SpeechRequest>
  /** Turns a refusal into the error that callers act on. Must not copy the provider's text. */
  mapError(failure: SpeechFailure): ProviderError
  /** Told after `open`: options that the provider lacks. */
  warnings?: readonly string[]
  /** Default `x-request-id`. */
  requestIdHeader?: string
  /** Longest text of one request. Default 1,000. */
  maxChars?: number
  /** Longest wait for the first audio of a piece, in ms. Default 8,000. */
  firstByteMs?: number
  /** Longest wait for each further audio, in ms. Default 5,000. */
  nextBytesMs?: number
  fetch?: typeof globalThis.fetch
}

/** Requests of one utterance at a time: the one that is heard, and the one after it. */
const MAX_REQUESTS = 2
/** Nobody speaks a piece of text for longer, in seconds. */
const LONGEST_PIECE_S = 300

/** What came of one piece; held until the pieces before it are through. */
type Piece = { held: Uint8Array[]; isDone: boolean; error?: ProviderError }

/**
 * Speech over “post a piece of text, stream samples back”. Text is cut at the ends of clauses; the next piece is asked
 * for while the former still streams, and heard after it. An utterance that fails leaves the connection as it is, since
 * there is none to lose.
 * @param onEvent gets `open` in the next microtask, and `closed` right after `close` or `destroy`
 */
export function createHttpTts(options: HttpTtsOptions, onEvent: (event: TtsConnectionEvent) => void): TtsConnection {
  const live = new Set<HttpUtterance>()
  let characters = 0
  let isClosed = false

  queueMicrotask(() => {
    if (isClosed) return
    onEvent({ type: 'open' })
    for (const message of options.warnings ?? []) onEvent({ type: 'warning', message })
  })

  const close = () => {
    if (isClosed) return
    isClosed = true
    for (const utterance of [...live]) utterance.cancel()
    queueMicrotask(() => onEvent({ type: 'closed', characters }))
  }

  return {
    speak(onSpoken) {
      const utterance = createUtterance({
        options,
        onEvent: onSpoken,
        onSent: (count) => {
          characters += count
        },
        onOver: () => live.delete(utterance),
      })
      if (!isClosed) live.add(utterance)
      else queueMicrotask(() => utterance.fail(closedError(options)))
      return utterance
    },
    close,
    destroy: close,
  }
}

type HttpUtterance = ReturnType<typeof createUtterance>

type UtteranceOptions = {
  options: HttpTtsOptions
  onEvent(event: TtsEvent): void
  onSent(characters: number): void
  onOver(): void
}

function createUtterance({ options, onEvent, onSent, onOver }: UtteranceOptions) {
  const texts = createSpeechPieces({ maxChars: options.maxChars ?? 1000 })
  const controller = new AbortController()
  const pieces: Piece[] = []
  let running = 0
  let isFinished = false
  let isOver = false
  /** A piece failed: what is before it is still heard, and nothing more is asked for. */
  let isFailing = false

  const end = () => {
    isOver = true
    controller.abort()
    onOver()
  }
  const fail = (error: ProviderError) => {
    if (isOver) return
    end()
    onEvent({ type: 'error', error })
  }

  /** Hands on what the first piece has; when it is through, the next one is first. */
  const deliver = () => {
    for (let first = pieces[0]; first && !isOver; first = pieces[0]) {
      for (const audio of first.held.splice(0)) {
        if (!isOver) onEvent({ type: 'audio', audio })
      }
      if (isOver) return
      if (first.error) return fail(first.error)
      if (!first.isDone) return
      pieces.shift()
    }
    if (isOver || !isFinished || pieces.length > 0 || !texts.isEmpty) return
    end()
    onEvent({ type: 'done' })
  }

  const run = async (piece: Piece, text: string) => {
    running++
    try {
      for await (const audio of speakPiece({ options, text, signal: controller.signal })) {
        piece.held.push(audio)
        deliver()
      }
    } catch (error) {
      piece.error = isProviderError(error) ? error : failedError(options)
      isFailing = true
    }
    running--
    piece.isDone = true
    pump()
    deliver()
  }

  const pump = () => {
    while (!isOver && !isFailing && running < MAX_REQUESTS) {
      const text = texts.take()
      if (text === undefined) return
      onSent(text.length)
      const piece: Piece = { held: [], isDone: false }
      pieces.push(piece)
      void run(piece, text)
    }
  }

  return {
    fail,
    write(text: string) {
      if (isOver || isFinished) return
      texts.write(text)
      pump()
    },
    finish() {
      if (isOver || isFinished) return
      isFinished = true
      texts.finish()
      pump()
      queueMicrotask(deliver)
    },
    cancel() {
      if (!isOver) end()
    },
  }
}

type PieceOptions = { options: HttpTtsOptions; text: string; signal: AbortSignal }

/** One piece of text as 8 kHz G.711. */
async function* speakPiece({ options, text, signal }: PieceOptions): AsyncGenerator<Uint8Array> {
  const { fromRate, format } = options
  const resampler = createResampler({ fromRate, toRate: 8000 })
  const encode = (samples: Int16Array): Uint8Array => encodeG711(samples, format.encoding)
  const bytes = fetchSpeech({
    provider: options.provider,
    providerName: options.providerName,
    request: await options.toRequest(text, signal),
    signal,
    firstByteMs: options.firstByteMs ?? 8000,
    nextBytesMs: options.nextBytesMs ?? 5000,
    maxBytes: LONGEST_PIECE_S * fromRate * 2,
    requestIdHeader: options.requestIdHeader ?? 'x-request-id',
    mapError: options.mapError,
    fetch: options.fetch,
  })
  for await (const chunk of bytes) {
    const audio = encode(resampler.push(chunk))
    if (audio.length > 0) yield audio
  }
  const rest = encode(resampler.flush())
  if (rest.length > 0) yield rest
}

type Named = Pick<HttpTtsOptions, 'provider' | 'providerName'>

const closedError = ({ provider, providerName }: Named) =>
  new ProviderError({ provider, kind: 'closed', message: `The connection to ${providerName} was closed.` })

const failedError = ({ provider, providerName }: Named) =>
  new ProviderError({ provider, kind: 'failed', message: `The speech of ${providerName} could not be played.` })
