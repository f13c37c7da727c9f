import type { MediaEvent } from '../provider-kit/index.ts'
import { createCallerAudio } from './caller-audio.ts'
import { createConversation } from './conversation.ts'
import { createAlarms, DEFAULT_DEADLINES } from './deadlines.ts'
import type { EndedReason } from './ended-reason.ts'
import { toEndedReason } from './ended-reason.ts'
import { createGuard, guardMedia, guardStt, guardTts } from './guarded.ts'
import { toStall } from './provider-failure.ts'
import { createSpeechMeter } from './speech-meter.ts'
import { createSttLink } from './stt-link.ts'
import { getSharedTicker } from './ticker.ts'
import { createTtsLink } from './tts-link.ts'
import type { CallEnding, CallError, CallProgress, CallSession, CallSessionOptions, CallSummary } from './types.ts'
import { createUsageMeter } from './usage.ts'

const PROGRESS_EVERY_MS = 2_000
const CONGESTED_BYTES = 256 * 1024
const CONGESTION_CHECK_MS = 500
/** A silence that is loud for this share of it is the transcription's failure, not the caller's silence. */
const UNHEARD_SHARE = 1 / 3
const MOST_WARNINGS = 50

/**
 * One live call: the carrier's frames in, the conversation, frames out, and an end that always comes.
 * Everything that waits is checked on the process's shared ticker; the session holds no timer of its own.
 */
export function createCallSession(options: CallSessionOptions): CallSession {
  const { agent, format, media, recorder, log } = options
  const now = options.now ?? (() => performance.now())
  const ticker = options.ticker ?? getSharedTicker()
  const limits = { ...DEFAULT_DEADLINES, ...options.deadlines }
  const silenceMs = agent.turns.silenceTimeoutSeconds ? agent.turns.silenceTimeoutSeconds * 1_000 : limits.silenceMs
  const origin = now()
  const startedAt = new Date().toISOString()
  const warnings: string[] = []
  const usage = createUsageMeter({ stt: options.stt.provider, llm: options.llm.provider, tts: options.tts.provider })
  const meter = createSpeechMeter(format.encoding)
  const { promise: done, resolve } = withResolver<CallSummary>()
  const alarms = createAlarms<'max-duration' | 'congestion' | 'progress' | 'drop' | 'give-up' | 'farewell'>(onAlarm)
  let ending: CallEnding | undefined
  let isStarted = false
  let isDone = false
  let isHushed = false
  let isRecorded = recorder === undefined
  let congestedSince: number | undefined
  let progressRevision = 0
  let pendingEnd: EndedReason | undefined

  const warn = (message: string) => {
    if (warnings.length < MOST_WARNINGS) warnings.push(message)
  }

  /** The model is asked many times, and says the same each time. */
  const warnOnce = (message: string) => {
    if (!warnings.includes(message)) warn(message)
  }

  const fail = (error: CallError) => beginEnd({ reason: toEndedReason(error.kind), error })

  /** Runs a step that the next one follows whatever it does. */
  const attempt = (step: () => void) => {
    try {
      step()
    } catch {
      warn('A step of the call failed')
    }
  }

  const guard = createGuard(() => beginEnd({ reason: 'internal-error' }))
  const guardedMedia = guardMedia(
    media,
    createGuard(() => beginEnd({ reason: 'carrier-failed' })),
  )

  const listener = createSttLink({
    stt: guardStt(options.stt, guard),
    model: agent.stt.model,
    language: agent.stt.language ?? agent.language,
    format,
    openMs: limits.sttOpenMs,
    now,
    onEvent(event) {
      if (isDone) return
      if (event.type === 'open') {
        usage.addRequest('stt', event.requestId)
        log('stt.started', { provider: options.stt.provider, requestId: event.requestId })
      } else if (event.type === 'warning') warn(event.message)
      else conversation.onStt(event)
    },
    onReplaced: () => conversation.onSttReplaced(),
    onFailed: fail,
  })

  const speaker = createTtsLink({
    tts: guardTts(options.tts, guard),
    voice: agent.tts.voice,
    model: agent.tts.model,
    language: agent.language,
    format,
    onOpen(requestId) {
      usage.addRequest('tts', requestId)
      log('tts.started', { provider: options.tts.provider, requestId })
    },
    onWarning: warn,
    onFailed: fail,
  })

  const conversation = createConversation({
    call: { ...options, media: guardedMedia },
    limits,
    origin,
    now,
    speaker,
    meter,
    usage,
    onWarning: warnOnce,
    onFailed: fail,
    onEndCall: () => beginEnd({ reason: 'agent-hangup' }),
    onBroken: () => beginEnd({ reason: 'internal-error' }),
  })

  const frames = createCallerAudio({ origin, now, listener, meter, recorder })

  function progress(): CallProgress {
    const toolCalls = conversation.toolCalls()
    return {
      callId: options.callId,
      startedAt,
      transcript: conversation.transcript(),
      turns: conversation.turns(),
      ...(toolCalls.length > 0 && { toolCalls }),
    }
  }

  function reportProgress(): void {
    alarms.set('progress', now() + PROGRESS_EVERY_MS)
    if (!options.onProgress || conversation.revision() === progressRevision) return
    progressRevision = conversation.revision()
    // Whatever the owner does with it, the frames of all calls go out first.
    setImmediate(() => {
      if (!isDone) attempt(() => options.onProgress?.(progress()))
    })
  }

  function checkCongestion(): void {
    const at = now()
    alarms.set('congestion', at + CONGESTION_CHECK_MS)
    if (media.bufferedBytes() <= CONGESTED_BYTES) congestedSince = undefined
    else congestedSince ??= at
    if (congestedSince !== undefined && at - congestedSince >= limits.backpressureMs)
      beginEnd({ reason: 'carrier-failed' })
  }

  function checkSilence(at: number): void {
    if (at - conversation.lastActivityAt() < silenceMs) return
    if (meter.voicedMs() < silenceMs * UNHEARD_SHARE) beginEnd({ reason: 'silence-timeout' })
    else fail(toStall(options.stt, 'timeout', 'did not transcribe the caller'))
  }

  function onAlarm(name: 'max-duration' | 'congestion' | 'progress' | 'drop' | 'give-up' | 'farewell'): void {
    if (name === 'max-duration') beginEnd({ reason: 'max-duration' })
    else if (name === 'farewell') beginEnd({ reason: 'shutdown' })
    else if (name === 'congestion') checkCongestion()
    else if (name === 'progress') reportProgress()
    else if (name === 'give-up') finish()
    else {
      attempt(listener.destroy)
      attempt(speaker.destroy)
    }
  }

  function beginEnd(cause: CallEnding): void {
    if (ending) return
    ending = { ...cause, reason: pendingEnd ?? cause.reason }
    alarms.clearAll()
    alarms.set('drop', now() + limits.closeMs)
    alarms.set('give-up', now() + limits.teardownMs)
    if (!isStarted) ticker.add(heartbeat)
    attempt(frames.flush)
    attempt(conversation.close)
    attempt(listener.close)
    attempt(speaker.close)
    closeRecording()
    attempt(() => ending && session.onEnding?.(ending))
  }

  function closeRecording(): void {
    Promise.resolve()
      .then(() => recorder?.close())
      .catch(() => warn('The recording is incomplete'))
      .finally(() => {
        isRecorded = true
      })
  }

  function finish(): void {
    if (isDone || !ending) return
    conversation.writeLastWords()
    isDone = true
    ticker.remove(heartbeat)
    attempt(listener.destroy)
    attempt(speaker.destroy)
    if (!isRecorded) warn('The recording was not closed in time')
    usage.usage.stt.audioMs = Math.round(listener.audioMs())
    usage.usage.tts.characters = speaker.characters()
    const { reason, error } = ending
    attempt(() => log('call.ended', { reason, durationMs: Math.round(now() - origin), provider: error?.provider }))
    resolve({
      ...progress(),
      endedAt: new Date().toISOString(),
      endedReason: reason,
      ...(error && { error }),
      usage: usage.usage,
      requestIds: usage.requests,
      warnings,
    })
  }

  const heartbeat = {
    tick() {
      const at = now()
      alarms.check(at)
      if (ending) {
        if (listener.isClosed() && speaker.isClosed() && isRecorded) finish()
        return
      }
      listener.tick(at)
      conversation.tick(at)
      // Whoever hushed the agent decides how long it waits.
      if (!ending && !isHushed) checkSilence(at)
    },
    fail() {
      beginEnd({ reason: 'internal-error' })
    },
  }

  function onMedia(event: MediaEvent): void {
    if (event.type === 'media') frames.push(event.chunk, event.payload)
    else if (event.type === 'mark') conversation.onMark(event.name)
    else if (event.type === 'dtmf') conversation.onKey(event.digit)
    else if (event.type === 'stop') beginEnd({ reason: 'caller-hangup' })
    else if (event.type === 'error') warn(`The carrier reported error ${event.code}`)
  }

  const session: CallSession = {
    done,
    start() {
      if (isStarted || ending) return
      isStarted = true
      ticker.add(heartbeat)
      try {
        listener.open()
        speaker.warm()
      } catch {
        beginEnd({ reason: 'internal-error' })
      }
      if (ending) return
      if (agent.maxDurationSeconds > 0) alarms.set('max-duration', origin + agent.maxDurationSeconds * 1_000)
      alarms.set('congestion', origin + CONGESTION_CHECK_MS)
      alarms.set('progress', origin + PROGRESS_EVERY_MS)
      if (agent.greeting?.trim()) conversation.greet(agent.greeting)
    },
    onMedia: guard((event: MediaEvent) => {
      if (!ending) onMedia(event)
    }),
    hush() {
      if (ending) return
      isHushed = true
      conversation.hush()
    },
    end(reason, { farewell, afterSpeech = false, withinMs = limits.farewellMs } = {}) {
      // A second goodbye does not cut the first one short; an end without one does.
      const canWait = farewell !== undefined || afterSpeech
      if (ending || (canWait && pendingEnd)) return done
      if (!canWait || !isStarted) {
        beginEnd({ reason })
        return done
      }
      pendingEnd = reason
      alarms.set('farewell', now() + withinMs)
      if (farewell === undefined) conversation.finishSpeaking(() => beginEnd({ reason }))
      else conversation.takeLeave(farewell, () => beginEnd({ reason }))
      return done
    },
  }
  return session
}

function withResolver<Value>(): { promise: Promise<Value>; resolve(value: Value): void } {
  let settle: (value: Value) => void = () => undefined
  const promise = new Promise<Value>((resolve) => {
    settle = resolve
  })
  return { promise, resolve: (value) => settle(value) }
}
