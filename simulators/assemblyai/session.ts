import type { Timeline } from '../kit/index.ts'
import type { SpeechLibrary } from '../speech/library.ts'
import type { RecognisedWord, RecogniserEvent } from '../speech/recogniser.ts'
import { createSpeechRecogniser } from '../speech/recogniser.ts'
import type { AudioInput } from './audio-input.ts'
import { isUniversal3 } from './stream-query.ts'
import type { TurnState } from './turn-messages.ts'
import { toTurnMessage } from './turn-messages.ts'
import type { AssemblyAiLatencies, AssemblyAiSession } from './types.ts'

/** Inner pauses of the recordings last up to 140 ms; less silence ends no speech. */
const PAUSE_MS = 160
/**
 * When Universal-3 sends its first partial of a turn beyond `interruption_delay`, and how often more.
 * Source: docs/streaming/universal-3-pro/turn-detection-and-partials, livekit/agents#5819
 */
const FIRST_PARTIAL_MS = 250
const INTERRUPTION_DELAY_MS = 500
const NEXT_PARTIAL_MS = 3000

/** The protocol of a stream that began. */
export type TurnSession = {
  onAudio(audio: Buffer): void
  /** Ends the turn in hand. */
  forceEndpoint(): void
  /** How much audio came, in ms. */
  readonly audioMs: number
  dispose(): void
}

/**
 * Turns of one stream. Universal-3 hears whole phrases and tells the start of speech; Universal-Streaming tells word by
 * word, and its ended turns once more with punctuation. Both end a turn by what was said, or after `max_turn_silence`.
 * Source: https://www.assemblyai.com/docs/streaming/turn-detection
 */
export function createTurnSession(context: {
  query: URLSearchParams
  input: AudioInput
  session: AssemblyAiSession
  library: SpeechLibrary
  latencies: AssemblyAiLatencies
  timeline: Timeline
  send(message: object): void
  onSpeech(): void
}): TurnSession {
  const { query, input, session, library, latencies, timeline } = context
  const isPro = isUniversal3(query.get('speech_model') ?? '')
  const maxSilenceMs = Number(query.get('max_turn_silence') ?? (isPro ? 1000 : 1280))
  const delayMs = Number(query.get('interruption_delay') ?? INTERRUPTION_DELAY_MS)
  let order = 0
  /** Words of this turn whose speech has paused. */
  let paused: RecognisedWord[] = []
  let nextPartialMs: number | undefined
  let awaited: { speechEndMs: number; timer?: NodeJS.Timeout } | undefined

  const sendTurn = (state: Partial<TurnState> & { words: readonly RecognisedWord[] }, delayMs: number) => {
    const message = toTurnMessage({
      order,
      settled: 0,
      isFormatted: isPro,
      isEnd: false,
      isUtterance: false,
      endConfidence: 0.01,
      ...state,
    })
    timeline.after(delayMs, () => context.send(message))
  }
  const endTurn = () => {
    clearTimeout(awaited?.timer)
    awaited = undefined
    if (paused.length === 0) return
    const end = { words: paused, settled: paused.length, isEnd: true, isUtterance: true, endConfidence: 1 }
    sendTurn(end, 0)
    if (!isPro && query.get('format_turns') === 'true') sendTurn({ ...end, isFormatted: true }, latencies.formatMs)
    session.transcripts.push(paused.map((word) => word.text).join(' '))
    paused = []
    order++
    nextPartialMs = undefined
  }
  const showSpeech = (words: readonly RecognisedWord[], startMs: number) => {
    const all = [...paused, ...words]
    if (!isPro) return sendTurn({ words: all, settled: Math.max(paused.length, all.length - 1) }, latencies.interimMs)
    nextPartialMs ??= startMs + FIRST_PARTIAL_MS + delayMs
    if (all.length === 0 || recogniser.audioMs < nextPartialMs) return
    nextPartialMs = recogniser.audioMs + NEXT_PARTIAL_MS
    sendTurn({ words: all }, latencies.interimMs)
  }

  let isFlushing = false
  const onEvent = (event: RecogniserEvent) => {
    if (event.type === 'speech-started') {
      clearTimeout(awaited?.timer)
      awaited = undefined
      context.onSpeech()
      const message = { type: 'SpeechStarted', timestamp: event.atMs, confidence: 0.9 }
      if (isPro) timeline.after(latencies.interimMs, () => context.send(message))
      return
    }
    if (event.type === 'interim') return showSpeech(event.words, event.startMs)
    paused = [...paused, ...event.words]
    if (isFlushing || paused.length === 0) return
    if (!event.isContinued) {
      const timer = setTimeout(endTurn, Math.max(0, latencies.finalMs - PAUSE_MS))
      awaited = { speechEndMs: event.endMs, timer }
      return
    }
    awaited = { speechEndMs: event.endMs }
    sendTurn({ words: paused, settled: isPro ? 0 : paused.length, isUtterance: !isPro }, latencies.interimMs)
  }
  const recogniser = createSpeechRecogniser({
    encoding: 'mulaw',
    library,
    endpointMs: PAUSE_MS,
    interimEveryMs: 200,
    onEvent,
  })

  return {
    onAudio(audio) {
      const heard = input.convert(audio)
      // Frame by frame, since audio may come faster than it was spoken: then it tells the time, not the clock.
      for (let at = 0; at < heard.length; at += 160) {
        recogniser.write(heard.subarray(at, at + 160))
        const quietMs = awaited ? recogniser.audioMs - awaited.speechEndMs : 0
        const dueMs = awaited?.timer ? Math.max(PAUSE_MS, latencies.finalMs) : maxSilenceMs
        if (awaited && !recogniser.isSpeaking && quietMs >= dueMs) endTurn()
      }
    },
    forceEndpoint() {
      isFlushing = true
      recogniser.flush()
      isFlushing = false
      endTurn()
    },
    get audioMs() {
      return recogniser.audioMs
    },
    dispose: () => clearTimeout(awaited?.timer),
  }
}
