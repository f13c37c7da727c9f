import type { AudioInput } from './audio-input.ts'
import type { RecognisedWord, RecogniserEvent } from '../speech/recogniser.ts'
import { createSpeechRecogniser } from '../speech/recogniser.ts'
import type { ListenSession, SessionContext } from './listen-session.ts'
import { toV2Words, transcriptOf } from './transcript.ts'

/** Inner pauses of the recordings last up to 140 ms; less silence ends no speech. */
const LEAST_PAUSE_MS = 160
/** How sure Flux is that a turn has ended: while speech goes on, after a hesitation, after a sentence. */
const CONFIDENCE = { speaking: 0.05, hesitation: 0.5, sentence: 0.85 }

type TurnEvent = 'Update' | 'StartOfTurn' | 'EagerEndOfTurn' | 'TurnResumed' | 'EndOfTurn'

/** One `/v2/listen` stream (Flux). Source: https://developers.deepgram.com/docs/flux/state, asyncapi.yml (ListenV2). */
export function createV2Session(context: SessionContext, input: AudioInput): ListenSession {
  const { query, library, latencies, timeline, session } = context
  const pauseMs = Math.max(LEAST_PAUSE_MS, latencies.eagerMs)
  let thresholds = {
    eager_eot_threshold: query.has('eager_eot_threshold') ? Number(query.get('eager_eot_threshold')) : undefined,
    eot_threshold: Number(query.get('eot_threshold') ?? 0.7),
    eot_timeout_ms: Number(query.get('eot_timeout_ms') ?? 5000),
  }
  let sequence = 0
  let turnIndex = 0
  let turnStartMs = 0
  let isTurnOpen = false
  /** Words of the turn from speech that has paused. */
  let spoken: RecognisedWord[] = []
  /** The turn may have ended; `isEager` where that was told. */
  let awaited: { isEager: boolean; speechEndMs: number; quietMs: number; endTimer?: NodeJS.Timeout } | undefined

  const sendNumbered = (delayMs: number, message: object) =>
    timeline.after(delayMs, () => context.send({ ...message, request_id: session.id, sequence_id: sequence++ }))
  const sendTurn = (event: TurnEvent, words: readonly RecognisedWord[], confidence: number, delayMs: number) =>
    sendNumbered(delayMs, {
      type: 'TurnInfo',
      event,
      turn_index: turnIndex,
      audio_window_start: turnStartMs / 1000,
      audio_window_end: recogniser.audioMs / 1000,
      transcript: transcriptOf(words, true),
      words: toV2Words(words),
      end_of_turn_confidence: confidence,
    })

  const endTurn = () => {
    clearTimeout(awaited?.endTimer)
    awaited = undefined
    if (!isTurnOpen) return
    sendTurn('EndOfTurn', spoken, CONFIDENCE.sentence, 0)
    session.transcripts.push(transcriptOf(spoken, true))
    isTurnOpen = false
    spoken = []
    turnIndex++
    turnStartMs = recogniser.audioMs
  }
  const resumeTurn = () => {
    if (!awaited) return
    clearTimeout(awaited.endTimer)
    if (awaited.isEager) sendTurn('TurnResumed', spoken, CONFIDENCE.speaking, 0)
    awaited = undefined
  }
  const awaitEnd = (event: RecogniserEvent & { type: 'final' }, isFlushed: boolean) => {
    const confidence = event.isContinued ? CONFIDENCE.hesitation : CONFIDENCE.sentence
    const isEager = thresholds.eager_eot_threshold !== undefined && confidence >= thresholds.eager_eot_threshold
    if (isEager) sendTurn('EagerEndOfTurn', spoken, confidence, Math.max(0, latencies.eagerMs - pauseMs))
    const isSure = confidence >= thresholds.eot_threshold
    const quietMs = isSure ? Math.max(pauseMs, latencies.finalMs) : thresholds.eot_timeout_ms
    awaited = { isEager, speechEndMs: event.endMs, quietMs }
    if (isFlushed) endTurn()
    else if (isSure) awaited.endTimer = setTimeout(endTurn, Math.max(0, latencies.finalMs - pauseMs))
  }
  const showSpeech = (words: readonly RecognisedWord[]) => {
    const all = [...spoken, ...words]
    if (all.length === 0) return
    sendTurn(isTurnOpen ? 'Update' : 'StartOfTurn', all, CONFIDENCE.speaking, latencies.interimMs)
    isTurnOpen = true
  }

  let isFlushing = false
  const onEvent = (event: RecogniserEvent) => {
    if (event.type === 'speech-started') {
      context.onSpeech()
      resumeTurn()
      return
    }
    if (event.type === 'interim') return showSpeech(event.words)
    if (!isTurnOpen) showSpeech(event.words)
    spoken = [...spoken, ...event.words]
    if (isTurnOpen) awaitEnd(event, isFlushing)
  }
  const recogniser = createSpeechRecogniser({
    encoding: input.encoding,
    library,
    endpointMs: pauseMs,
    interimEveryMs: 250,
    onEvent,
  })

  const flush = () => {
    isFlushing = true
    recogniser.flush()
    isFlushing = false
    endTurn()
  }
  const fail = (code: string, description: string) => {
    sendNumbered(0, { type: 'Error', code, description })
    timeline.after(0, () => context.close(1008, code))
  }
  const configure = (message: Record<string, unknown>) => {
    thresholds = { ...thresholds, ...(message.thresholds as Partial<typeof thresholds> | undefined) }
    const keyterms = message.keyterms ?? query.getAll('keyterm')
    sendNumbered(0, { type: 'ConfigureSuccess', thresholds, keyterms })
  }

  sendNumbered(0, { type: 'Connected' })
  return {
    onAudio(audio) {
      recogniser.write(input.convert(audio))
      // Audio may come faster than it was spoken; then it tells the time, not the clock.
      const quietMs = awaited ? recogniser.audioMs - awaited.speechEndMs : 0
      if (awaited && !recogniser.isSpeaking && quietMs >= awaited.quietMs) endTurn()
    },
    onMessage(message) {
      if (message?.type === 'Configure') return configure(message)
      if (message?.type === 'ForceEndTurn') return flush()
      if (message?.type !== 'CloseStream') return fail('UNPARSABLE_CLIENT_MESSAGE', 'The message could not be parsed.')
      flush()
      timeline.after(0, () => context.close(1000, ''))
    },
    dispose: () => clearTimeout(awaited?.endTimer),
  }
}
