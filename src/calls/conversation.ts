import type { Answer } from './answer.ts'
import { createAnswer } from './answer.ts'
import { createAskModel } from './ask-model.ts'
import { isRetryable } from './ended-reason.ts'
import type { Conversation, ConversationOptions } from './conversation-types.ts'
import { createHistory } from './history.ts'
import { createKeypad } from './keypad.ts'
import type { TurnClock, TurnLatency } from './latency.ts'
import { createTurnClock } from './latency.ts'
import { createPlaybackClock } from './playback-clock.ts'
import { createSpeculation } from './speculation.ts'
import type { Speech } from './speech.ts'
import { createSpeech } from './speech.ts'
import { createToolbox } from './toolbox.ts'
import { createTranscript } from './transcript.ts'
import type { CallerTurn } from './turn-taking.ts'
import { createTurnTaking } from './turn-taking.ts'
import type { CallError } from './types.ts'
import { joinSpeech } from './words.ts'

export function createConversation(options: ConversationOptions): Conversation {
  const { call, limits, origin, now, speaker, meter, usage } = options
  const { agent, log } = call
  const history = createHistory()
  const transcript = createTranscript()
  const speculation = createSpeculation()
  const toolbox = createToolbox({ tools: call.tools ?? [], toolMs: limits.toolMs, origin, now, log })
  const ask = createAskModel({ call, limits, history, toolbox, usage, origin, now, onWarning: options.onWarning })
  const turns: TurnLatency[] = []
  let answer: Answer | undefined
  let wasHeld = false
  let heldAt = 0
  let hasRetried = false
  let hasInterim = false
  let isClosed = false
  let isListening = true
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
      transcript.closeAgent({ text: answer?.text() ?? '', endMs: sinceStart(at) })
      if (!answer?.onHeard()) onSilent()
    },
    onHeardFrame: call.recorder && ((frame, at) => call.recorder?.agent(frame, Math.max(0, at - origin))),
  })

  function onSilent(): void {
    answer = undefined
    onSpoken?.()
    onSpoken = undefined
    turnTaking.onAgentIdle(now())
  }

  const turnTaking = createTurnTaking({
    minEndpointMs: agent.turns.minEndpointMs ?? 0,
    maxEndpointMs: agent.turns.maxEndpointMs ?? 3_000,
    bargeIn: agent.turns.bargeIn ?? true,
    resumeAfterMs: agent.turns.resumeAfterMs ?? 800,
    activity: () => (answer ? (playback.hasStarted() ? 'speaking' : 'thinking') : 'idle'),
    remainingMs: () => playback.remainingMs(now()),
    lastVoiceAt: () => (call.stt.hasLateWords ? meter.lastVoiceMs() : undefined),
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
      speculation.begin(words, ask({ tentative: words }))
    },
    onSpeculationVoid: speculation.drop,
    onTurn,
    onAside: writeDown,
  })

  const keypad = createKeypad({
    pauseMs: limits.keyPauseMs,
    onKeys: (keys, startedAt, finalAt) => turnTaking.onKeys({ text: '', keys, startedAt, finalAt }),
  })

  function stopListening(): void {
    isListening = false
    turnTaking.close()
    speculation.drop()
  }

  /** Ends an answer early; of what it said, only what was heard remains. */
  function dropAnswer(): void {
    const dropped = answer
    if (!dropped) return
    const wasAudible = playback.hasStarted()
    const silentAt = playback.isHeld() ? heldAt : now()
    const heard = dropped.stop()
    answer = undefined
    if (wasAudible) transcript.closeAgent({ text: dropped.text(), heard, endMs: sinceStart(silentAt) })
    else forget(dropped.clock)
  }

  /** A turn of which nothing was heard took no time. */
  function forget(clock: TurnClock | undefined): void {
    const index = clock && clock.latency.firstFrameSentMs === undefined ? turns.indexOf(clock.latency) : -1
    if (index >= 0) turns.splice(index, 1)
  }

  function openSpeech(clock?: TurnClock): Speech {
    wasHeld = false
    return createSpeech({
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
  }

  function begin(clock?: TurnClock): Answer {
    answer = createAnswer({
      openSpeech: () => openSpeech(clock),
      clock,
      now,
      toolbox,
      history,
      request: (said, toolChoice) => ask({ said, toolChoice }),
      onModelFailed: (error) => onModelFailed(error, clock),
      onEndCall: options.onEndCall,
      onSilent,
      onLateResult,
      onBroken: options.onBroken,
    })
    return answer
  }

  function onModelFailed(error: CallError, clock?: TurnClock): void {
    const mayRetry = !hasRetried && isRetryable(error.kind)
    hasRetried = true
    if (mayRetry && answer?.retry()) return
    if (playback.hasStarted() || !mayRetry) {
      options.onFailed(error)
      return
    }
    const isHeld = playback.isHeld()
    answer?.stop()
    const next = begin(clock)
    if (isHeld) playback.hold(now())
    next.follow(ask())
  }

  /** What a tool found after the caller had interrupted is told as soon as nobody speaks. */
  function onLateResult(): void {
    speculation.drop()
    if (!isListening || answer || !history.isUnanswered() || turnTaking.isBusy() || keypad.isBusy()) return
    hasRetried = false
    begin().follow(ask())
  }

  function writeDown(turn: CallerTurn): number {
    const voice = meter.lastVoiceMs()
    const spokenUntil = voice !== undefined && voice > lastFinalAt ? voice : turn.finalAt
    lastFinalAt = turn.finalAt
    hasInterim = false
    const [startMs, endMs] = [sinceStart(Math.min(turn.startedAt, spokenUntil)), sinceStart(spokenUntil)]
    if (turn.text) transcript.addCaller({ text: turn.text, startMs, endMs })
    if (turn.keys) transcript.addKeys({ keys: turn.keys, startMs, endMs: sinceStart(turn.finalAt) })
    log('utterance.final', { atMs: sinceStart(turn.finalAt), characters: turn.text.length })
    return spokenUntil
  }

  function onTurn(turn: CallerTurn): void {
    const speechEnd = turn.text || turn.keys ? writeDown(turn) : turn.finalAt
    history.addCaller(joinSpeech(turn.text, turn.keys ? toSentence(turn.keys) : ''))
    if (turn.keys) speculation.drop()
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
    const run = prepared ?? ask()
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
    onKey(key) {
      const at = now()
      activityAt = at
      meter.reset()
      if (isClosed) return
      turnTaking.onKey(at)
      keypad.press(key, at)
    },
    onMark: (name) => playback.acknowledge(name, now()),
    tick(at) {
      if (answer) {
        activityAt = at
        meter.reset()
      }
      playback.tick(at)
      turnTaking.tick(at)
      keypad.tick(at)
      toolbox.tick(at)
      speculation.tick(at)
      answer?.tick(at)
    },
    close() {
      isClosed = true
      stopListening()
      dropAnswer()
      toolbox.abort()
    },
    writeLastWords() {
      toolbox.close()
      const last = turnTaking.takeLast(now())
      if (last) writeDown(last)
      const keys = keypad.take()
      if (keys) writeDown({ text: '', keys, startedAt: now(), finalAt: now() })
    },
    transcript() {
      const live = answer && { text: answer.text(), heard: answer.heard(), endMs: sinceStart(now()) }
      return transcript.entries(live)
    },
    toolCalls: toolbox.entries,
    revision: () => transcript.revision() + toolbox.revision(),
    turns: () => turns.map((turn) => ({ ...turn })),
    lastActivityAt: () => activityAt,
  }
}

/** Keys as the model is told of them. */
const toSentence = (keys: string): string => `The caller pressed ${[...keys].join(' ')} on the keypad.`
