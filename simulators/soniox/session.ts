import type { Timeline } from '../kit/index.ts'
import type { SpeechLibrary } from '../speech/library.ts'
import type { RecognisedWord, RecogniserEvent } from '../speech/recogniser.ts'
import { createSpeechRecogniser } from '../speech/recogniser.ts'
import { createAudioInput } from './audio-input.ts'
import type { Start } from './start-request.ts'
import type { SonioxToken } from './tokens.ts'
import { END, FIN, toTokens } from './tokens.ts'
import type { SonioxLatencies, SonioxSession } from './types.ts'

/** Inner pauses of the recordings last up to 140 ms; less silence ends no speech. */
const PAUSE_MS = 160
/** The last words of running speech stay open. */
const OPEN_WORDS = 2

/** The protocol of a stream once it was started. */
export type TokenSession = {
  onAudio(audio: Buffer): void
  /** Settles everything heard so far. */
  finalize(): void
  /** The audio is over: the rest, then `finished`. */
  end(): void
  dispose(): void
}

/**
 * Tokens of one stream. Endpoints are semantic: a sentence ends at once, a hesitation only after
 * `max_endpoint_delay_ms`. Source: https://soniox.com/docs/api-reference/stt/websocket-api
 */
export function createTokenSession(context: {
  start: Start
  session: SonioxSession
  library: SpeechLibrary
  latencies: SonioxLatencies
  timeline: Timeline
  send(message: object): void
  close(): void
  onSpeech(): void
}): TokenSession {
  const { start, session, library, latencies, timeline } = context
  const input = createAudioInput(start)
  /** Words of this turn whose speech has paused. */
  let paused: RecognisedWord[] = []
  /** How many words of the turn went out as final. */
  let told = 0
  let awaited: { speechEndMs: number; timer?: NodeJS.Timeout } | undefined

  const sendTokens = (tokens: readonly SonioxToken[], delayMs: number, extra: object = {}) => {
    const total = Math.round(recogniser.audioMs)
    const open = tokens.find((token) => !token.is_final)
    const message = { tokens, final_audio_proc_ms: open?.start_ms ?? total, total_audio_proc_ms: total, ...extra }
    timeline.after(delayMs, () => context.send(message))
  }
  /** Final words that were not told yet, then open ones. */
  const tell = (
    words: readonly RecognisedWord[],
    settled: number,
    delayMs: number,
    end: readonly SonioxToken[] = [],
  ) => {
    const finals = toTokens(words.slice(told, Math.max(told, settled)), true)
    const open = toTokens(words.slice(Math.max(told, settled)), false)
    told = Math.max(told, settled)
    sendTokens([...finals, ...open, ...end], delayMs)
  }
  const endTurn = (mark: SonioxToken, delayMs = 0) => {
    clearTimeout(awaited?.timer)
    awaited = undefined
    if (paused.length > 0) session.transcripts.push(paused.map((word) => word.text).join(' '))
    tell(paused, paused.length, delayMs, [mark])
    paused = []
    told = 0
  }

  const onEvent = (event: RecogniserEvent) => {
    if (event.type === 'speech-started') {
      clearTimeout(awaited?.timer)
      awaited = undefined
      context.onSpeech()
      return
    }
    const words = [...paused, ...event.words]
    if (event.type === 'interim') return tell(words, Math.max(told, words.length - OPEN_WORDS), latencies.interimMs)
    paused = words
    if (isFlushing || words.length === 0) return
    if (!start.hasEndpoints) return tell(words, words.length, latencies.interimMs)
    if (event.isContinued) {
      awaited = { speechEndMs: event.endMs }
      return tell(words, words.length, latencies.interimMs)
    }
    const timer = setTimeout(() => endTurn(END), Math.max(0, latencies.finalMs - PAUSE_MS))
    awaited = { speechEndMs: event.endMs, timer }
  }
  let isFlushing = false
  const recogniser = createSpeechRecogniser({
    encoding: input.encoding,
    library,
    endpointMs: PAUSE_MS,
    interimEveryMs: 200,
    onEvent,
  })
  const settle = (mark: SonioxToken) => {
    isFlushing = true
    recogniser.flush()
    isFlushing = false
    endTurn(mark)
  }

  return {
    onAudio(audio) {
      const heard = input.convert(audio)
      // Frame by frame, since audio may come faster than it was spoken: then it tells the time, not the clock.
      for (let at = 0; at < heard.length; at += 160) {
        recogniser.write(heard.subarray(at, at + 160))
        const quietMs = awaited ? recogniser.audioMs - awaited.speechEndMs : 0
        const dueMs = awaited?.timer ? Math.max(PAUSE_MS, latencies.finalMs) : start.maxEndpointDelayMs
        if (awaited && !recogniser.isSpeaking && quietMs >= dueMs) endTurn(END)
      }
    },
    finalize: () => settle(FIN),
    end() {
      isFlushing = true
      recogniser.flush()
      isFlushing = false
      clearTimeout(awaited?.timer)
      awaited = undefined
      if (paused.length > 0) {
        session.transcripts.push(paused.map((word) => word.text).join(' '))
        tell(paused, paused.length, 0)
        paused = []
      }
      sendTokens([], 0, { finished: true })
      timeline.after(0, context.close)
    },
    dispose: () => clearTimeout(awaited?.timer),
  }
}
