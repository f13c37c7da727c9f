import type { SttEvent } from '../provider-kit/index.ts'
import type { Answer } from './answer.ts'
import { createAnswer } from './answer.ts'
import type { CallDeadlines } from './deadlines.ts'
import { isRetryable } from './ended-reason.ts'
import { createHistory } from './history.ts'
import type { TurnClock, TurnLatency } from './latency.ts'
import { createTurnClock } from './latency.ts'
import type { LlmRun } from './llm-run.ts'
import { createLlmRun } from './llm-run.ts'
import { createPlaybackClock } from './playback-clock.ts'
import type { SpeechMeter } from './speech-meter.ts'
import { createSpeculation } from './speculation.ts'
import { createSpeech } from './speech.ts'
import type { Transcript } from './transcript.ts'
import { createTranscript } from './transcript.ts'
import type { TtsLink } from './tts-link.ts'
import type { CallerTurn } from './turn-taking.ts'
import { createTurnTaking } from './turn-taking.ts'
import type { CallError, CallSessionOptions } from './types.ts'
import type { UsageMeter } from './usage.ts'

export type ConversationOptions = {
  call: Pick<CallSessionOptions, 'agent' | 'format' | 'llm' | 'tts' | 'media' | 'log' | 'recorder'>
  limits: CallDeadlines
  /** The call's start on the clock. */
  origin: number
  now(): number
  speaker: TtsLink
  meter: SpeechMeter
  usage: UsageMeter
  /** A provider failed beyond repair. */
  onFailed(error: CallError): void
}

/** Who says what when: the caller's turns, the agent's answers, and what each heard of the other. */
export type Conversation = {
  /** Speaks a text that no turn asked for. */
  greet(text: string): void
  /** Speaks last words, which nothing interrupts. @param whenSpoken called when the caller heard them to their end */
  takeLeave(text: string, whenSpoken: () => void): void
  /** Listens no more. @param whenSpoken called when the caller heard what is being said; at once where nothing is */
  finishSpeaking(whenSpoken: () => void): void
  /** Falls silent and answers nothing any more. */
  hush(): void
  onStt(event: SttEvent): void
  onSttReplaced(): void
  onMark(name: string): void
  tick(now: number): void
  /** Stops speaking and listening; words still on their way are written down. */
  close(): void
  /** Writes down the words of a turn that never ended. */
  writeLastWords(): void
  transcript(): ReturnType<Transcript['entries']>
  revision(): number
  turns(): TurnLatency[]
  /** When either side last said anything. */
  lastActivityAt(): number
}

export function createConversation(options: ConversationOptions): Conversation {
  const { call, limits, origin, now, speaker, meter, usage } = options
  const { agent, log } = call
  const history = createHistory()
  const transcript = createTranscript()
  const speculation = createSpeculation()
  const turns: TurnLatency[] = []
  let answer: Answer | undefined
  let wasHeld = false
  let heldAt = 0
  let hasRetried = false
  let hasInterim = false
  let isClosed = false
  let activityAt = origin
  let lastFinalAt = origin
  let onSpoken: (() => void) | undefined

  const sinceStart = (at: number) => Math.max(0, Math.round(at - origin))

  const playback = createPlaybackClock({
    encoding: call.format.encoding,
    media: call.media,
    onFirstFrame(at) {
      answer?.clock?.firstFrame(at, wasHeld)
      transcript.openAgent(sinceStart(at))
      log('audio.first-sent', { atMs: sinceStart(at) })
    },
    onFirstMark: (at) => answer?.clock?.firstMark(at),
    onFinished(at) {
      const text = answer?.text() ?? ''
      answer = undefined
      history.addAgent(text)
      transcript.closeAgent({ text, endMs: sinceStart(at) })
      onSpoken?.()
      onSpoken = undefined
      turnTaking.onAgentIdle(at)
    },
    onHeardFrame: call.recorder && ((frame, at) => call.recorder?.agent(frame, Math.max(0, at - origin))),
  })

  const turnTaking = createTurnTaking({
    minEndpointMs: agent.turns.minEndpointMs ?? 0,
    maxEndpointMs: agent.turns.maxEndpointMs ?? 3_000,
    bargeIn: agent.turns.bargeIn ?? true,
    resumeAfterMs: agent.turns.resumeAfterMs ?? 800,
    activity: () => (answer ? (playback.hasStarted() ? 'speaking' : 'thinking') : 'idle'),
    remainingMs: () => playback.remainingMs(now()),
    onHold() {
      wasHeld = true
      heldAt = now()
      playback.hold(heldAt)
    },
    onRelease: () => playback.release(now()),
    onInterrupt() {
      if (playback.hasStarted()) log('barge-in', { heardMs: Math.round(playback.heardMs(now())) })
      dropAnswer()
    },
    onSpeculate(words) {
      usage.usage.llm.speculations++
      speculation.begin(words, request(words))
    },
    onSpeculationVoid: speculation.drop,
    onTurn,
    onAside: writeDown,
  })

  /** Ends an answer early; of what it said, only what was heard remains. */
  function dropAnswer(): void {
    const dropped = answer
    if (!dropped) return
    const wasAudible = playback.hasStarted()
    const silentAt = playback.isHeld() ? heldAt : now()
    const heard = dropped.stop()
    answer = undefined
    if (wasAudible) {
      history.addAgent(heard)
      transcript.closeAgent({ text: dropped.text(), heard, endMs: sinceStart(silentAt) })
    } else if (dropped.clock) turns.splice(turns.indexOf(dropped.clock.latency), 1)
  }

  function stopListening(): void {
    turnTaking.close()
    speculation.drop()
  }

  function request(tentative?: string): LlmRun {
    usage.usage.llm.requests++
    log('llm.started', { provider: call.llm.provider, speculative: tentative !== undefined })
    return createLlmRun({
      llm: call.llm,
      system: agent.systemPrompt,
      messages: history.messages(tentative),
      firstTokenMs: limits.llmFirstTokenMs,
      betweenTokensMs: limits.llmBetweenTokensMs,
      now,
      onFirstToken: (at) => log('llm.first-token', { atMs: sinceStart(at) }),
      onUsage(tokens, requestId) {
        usage.addTokens(tokens)
        usage.addRequest('llm', requestId)
      },
    })
  }

  function begin(clock?: TurnClock): Answer {
    wasHeld = false
    const speech = createSpeech({
      tts: call.tts,
      link: speaker,
      playback,
      now,
      stallMs: limits.ttsFirstAudioMs,
      onFirstAudio(at) {
        clock?.firstAudio(at)
        log('tts.first-audio', { atMs: sinceStart(at) })
      },
      onFailed: options.onFailed,
    })
    answer = createAnswer({ speech, clock, now, onModelFailed: (error) => onModelFailed(error, clock) })
    return answer
  }

  function onModelFailed(error: CallError, clock?: TurnClock): void {
    if (playback.hasStarted() || hasRetried || !isRetryable(error.kind)) {
      options.onFailed(error)
      return
    }
    hasRetried = true
    const isHeld = playback.isHeld()
    answer?.stop()
    const next = begin(clock)
    if (isHeld) playback.hold(now())
    next.follow(request())
  }

  function writeDown(turn: CallerTurn): number {
    const voice = meter.lastVoiceMs()
    const spokenUntil = voice !== undefined && voice > lastFinalAt ? voice : turn.finalAt
    lastFinalAt = turn.finalAt
    hasInterim = false
    transcript.addCaller({
      text: turn.text,
      startMs: sinceStart(Math.min(turn.startedAt, spokenUntil)),
      endMs: sinceStart(spokenUntil),
    })
    log('utterance.final', { atMs: sinceStart(turn.finalAt), characters: turn.text.length })
    return spokenUntil
  }

  function onTurn(turn: CallerTurn): void {
    const speechEnd = turn.text ? writeDown(turn) : turn.finalAt
    history.addCaller(turn.text)
    const prepared = speculation.take(turn.text)
    if (answer || !history.isUnanswered()) {
      prepared?.abort()
      return
    }
    hasRetried = false
    const clock = createTurnClock({ origin, speechEnd, final: turn.finalAt, speculative: prepared !== undefined })
    turns.push(clock.latency)
    clock.begin(now())
    const next = begin(clock)
    if (prepared) usage.usage.llm.speculationsUsed++
    const run = prepared ?? request()
    clock.requestSent(now())
    next.follow(run)
  }

  return {
    greet: (text) => begin().say(text),
    takeLeave(text, whenSpoken) {
      stopListening()
      dropAnswer()
      onSpoken = whenSpoken
      begin().say(text)
    },
    finishSpeaking(whenSpoken) {
      stopListening()
      if (answer) onSpoken = whenSpoken
      else whenSpoken()
    },
    hush() {
      stopListening()
      dropAnswer()
    },
    onStt(event) {
      const at = now()
      if (event.type === 'speech-started' || ('text' in event && event.text)) {
        activityAt = at
        meter.reset()
        if (!isClosed) speaker.warm()
      }
      if (event.type === 'interim' && !hasInterim) {
        hasInterim = true
        log('utterance.interim', { atMs: sinceStart(at) })
      }
      turnTaking.onStt(event, at)
    },
    onSttReplaced: turnTaking.onStreamReplaced,
    onMark: (name) => playback.acknowledge(name, now()),
    tick(at) {
      if (answer) {
        activityAt = at
        meter.reset()
      }
      playback.tick(at)
      turnTaking.tick(at)
      speculation.tick(at)
      answer?.tick(at)
    },
    close() {
      isClosed = true
      stopListening()
      dropAnswer()
    },
    writeLastWords() {
      const last = turnTaking.takeLast(now())
      if (last) writeDown(last)
    },
    transcript() {
      const live = answer && { text: answer.text(), heard: answer.heard(), endMs: sinceStart(now()) }
      return transcript.entries(live)
    },
    revision: transcript.revision,
    turns: () => turns.map((turn) => ({ ...turn })),
    lastActivityAt: () => activityAt,
  }
}
