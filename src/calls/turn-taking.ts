import type { SttEvent } from '../provider-kit/index.ts'
import { createTurnText } from './turn-text.ts'
import { hasWord, isBackchannel, joinSpeech } from './words.ts'

/** `thinking`: an answer is due, nothing of it was played. */
export type AgentActivity = 'idle' | 'thinking' | 'speaking'

/** A turn of the caller. Times on the clock that the events came with. */
export type CallerTurn = {
  text: string
  /** What was pressed on the keypad instead of words; `text` is then empty. */
  keys?: string
  startedAt: number
  /** When its last word or its end became known. */
  finalAt: number
}

export type TurnTakingOptions = {
  minEndpointMs: number
  maxEndpointMs: number
  bargeIn: boolean
  resumeAfterMs: number
  activity(): AgentActivity
  /** What is left of the answer being spoken, in ms. */
  remainingMs(): number
  /** When the caller was last loud, for a provider that tells no word before the end of a turn; undefined for others. */
  lastVoiceAt?(): number | undefined
  /** Stage one of a barge-in: fall silent, keep the answer. */
  onHold(): void
  /** It was nothing: go on. */
  onRelease(): void
  /** Stage two: the caller speaks. Drop the answer. */
  onInterrupt(): void
  /** The turn has probably ended so. */
  onSpeculate(text: string): void
  /** It has not. */
  onSpeculationVoid(): void
  /** The turn has ended. Empty text: words that interrupted an answer came to nothing. */
  onTurn(turn: CallerTurn): void
  /** Words that ask for no answer, `uh-huh`. */
  onAside(turn: CallerTurn): void
}

/** Decides when the caller has finished, when the agent must fall silent and when it may go on. */
export type TurnTaking = {
  onStt(event: SttEvent, now: number): void
  /** The speech-to-text stream was replaced by a new one. */
  onStreamReplaced(): void
  /** The caller presses a key: the agent falls silent as for words. */
  onKey(now: number): void
  /** The caller has pressed all keys. */
  onKeys(turn: CallerTurn): void
  /** The agent has finished an answer. */
  onAgentIdle(now: number): void
  tick(now: number): void
  /** Whether the caller is in the middle of a turn. */
  isBusy(): boolean
  /** From now on words are only written down; `takeLast` hands them out. */
  close(): void
  /** The words of a turn that never ended. */
  takeLast(now: number): CallerTurn | undefined
}

const MOST_SPECULATIONS = 3
/** Words that are not final yet get this much more patience before the engine ends the turn itself. */
const INTERIM_PATIENCE_MS = 4_000
/** A pause for noises is prolonged by more noise, but not beyond this multiple of `resumeAfterMs`. */
const LONGEST_HOLD = 3
/** Where words come late, a pause lasts until this long after the caller's last sound, in which they have to come. */
const LATE_WORDS_MS = 1_500
/** A voice that never ends is a television. */
const LONGEST_VOICE_MS = 10_000
/** This close to its end an answer may already be replied to: a "yes" is then a reply, not a sign of listening. */
const REPLY_MS = 1_200
const NEVER = Number.POSITIVE_INFINITY

export function createTurnTaking(options: TurnTakingOptions): TurnTaking {
  const { activity, resumeAfterMs } = options
  const text = createTurnText()
  let startedAt: number | undefined
  let lastWordAt = 0
  let endpointAt = NEVER
  let heldSince: number | undefined
  let resumeAt = NEVER
  let speculations = 0
  let waiting: CallerTurn | undefined
  let waitingUntil = NEVER
  let deferred: CallerTurn | undefined
  let isClosed = false

  const mayInterrupt = () => options.bargeIn || activity() !== 'speaking'
  const isListeningSign = (words: string) =>
    activity() === 'speaking' && options.remainingMs() > REPLY_MS && isBackchannel(words)

  const hold = (now: number) => {
    if (activity() === 'idle' || !mayInterrupt()) return
    if (heldSince === undefined) {
      heldSince = now
      options.onHold()
    }
    resumeAt = Math.min(now + resumeAfterMs, heldSince + LONGEST_HOLD * resumeAfterMs)
  }

  const resumesAt = (): number => {
    const voice = options.lastVoiceAt?.()
    if (heldSince === undefined || voice === undefined || voice < heldSince) return resumeAt
    return Math.max(resumeAt, Math.min(voice + LATE_WORDS_MS, heldSince + LONGEST_VOICE_MS))
  }

  const unhold = (): boolean => {
    const wasHeld = heldSince !== undefined
    heldSince = undefined
    resumeAt = NEVER
    return wasHeld
  }

  const interrupt = () => {
    if (activity() === 'idle') return
    unhold()
    options.onInterrupt()
  }

  /** A turn that waits for its least endpoint goes on after all. */
  const goOn = () => {
    if (!waiting) return
    text.prepend(waiting.text)
    startedAt = waiting.startedAt
    waiting = undefined
    waitingUntil = NEVER
  }

  const onWords = (now: number) => {
    startedAt ??= now
    lastWordAt = now
    goOn()
    if (activity() !== 'idle' && mayInterrupt() && !isListeningSign(text.current())) interrupt()
  }

  const commit = (turn: CallerTurn) => {
    waiting = undefined
    waitingUntil = NEVER
    options.onTurn(turn)
  }

  const finish = (words: string, now: number) => {
    const turn: CallerTurn = { text: words, startedAt: startedAt ?? now, finalAt: now }
    startedAt = undefined
    endpointAt = NEVER
    speculations = 0
    if (words && isListeningSign(words)) {
      options.onAside(turn)
      if (unhold()) options.onRelease()
      return
    }
    if (!mayInterrupt()) {
      if (words) defer(turn)
      return
    }
    if (words) interrupt()
    const earliest = lastWordAt + options.minEndpointMs
    if (!words || now >= earliest) return commit(turn)
    waiting = turn
    waitingUntil = earliest
  }

  /** Kept until the agent, which must not be interrupted, has finished. */
  const defer = (turn: CallerTurn) => {
    if (!deferred) deferred = turn
    else {
      const keys = (deferred.keys ?? '') + (turn.keys ?? '')
      deferred = {
        ...turn,
        text: joinSpeech(deferred.text, turn.text),
        startedAt: deferred.startedAt,
        ...(keys && { keys }),
      }
    }
  }

  const onText = (event: SttEvent, now: number) => {
    if (event.type === 'interim' && text.interim(event.text)) {
      endpointAt = now + options.maxEndpointMs + INTERIM_PATIENCE_MS
      onWords(now)
    } else if (event.type === 'final' && text.final(event.text)) {
      endpointAt = now + options.maxEndpointMs
      onWords(now)
    }
  }

  const onEagerEnd = (words: string, now: number) => {
    onText({ type: 'interim', text: words }, now)
    const isBusy = activity() !== 'idle'
    if (isBusy || !hasWord(words) || speculations >= MOST_SPECULATIONS) return
    speculations++
    options.onSpeculate(text.current())
  }

  return {
    onStt(event, now) {
      if (isClosed) {
        if (event.type === 'interim') text.interim(event.text)
        else if (event.type === 'final') text.final(event.text)
        else if (event.type === 'end-of-turn') text.prepend(text.end(event.text))
        return
      }
      if (event.type === 'speech-started') {
        hold(now)
        if (waiting) {
          goOn()
          endpointAt = now + options.maxEndpointMs
        } else if (!text.current()) startedAt = now
      } else if (event.type === 'turn-resumed') options.onSpeculationVoid()
      else if (event.type === 'eager-end-of-turn') onEagerEnd(event.text, now)
      else if (event.type === 'end-of-turn') {
        goOn()
        const words = text.end(event.text)
        if (words) finish(words, now)
        else endpointAt = NEVER
      } else onText(event, now)
    },
    onStreamReplaced: () => text.carryOver(),
    onKey() {
      if (!isClosed && mayInterrupt()) interrupt()
    },
    onKeys({ keys, startedAt: pressedAt, finalAt }) {
      if (isClosed) return options.onAside({ text: '', keys, startedAt: pressedAt, finalAt })
      // Words that were said with the keys belong to them: "my number is", and then the number.
      const words = joinSpeech(waiting?.text ?? '', text.take())
      const turn: CallerTurn = { text: words, keys, startedAt: startedAt ?? pressedAt, finalAt }
      startedAt = undefined
      endpointAt = NEVER
      if (!mayInterrupt()) return defer(turn)
      interrupt()
      commit(turn)
    },
    onAgentIdle(now) {
      unhold()
      if (!deferred || isClosed) return
      const turn = { ...deferred, finalAt: now }
      deferred = undefined
      options.onTurn(turn)
    },
    tick(now) {
      if (now >= resumesAt() && unhold()) options.onRelease()
      if (now >= waitingUntil && waiting) commit(waiting)
      if (now >= endpointAt) finish(text.take(), now)
    },
    isBusy: () => text.current() !== '' || waiting !== undefined || heldSince !== undefined,
    close() {
      isClosed = true
      goOn()
      endpointAt = NEVER
    },
    takeLast(now) {
      const words = joinSpeech(deferred?.text ?? '', text.take())
      const keys = deferred?.keys
      deferred = undefined
      if (!hasWord(words) && !keys) return undefined
      return { text: words, ...(keys && { keys }), startedAt: startedAt ?? now, finalAt: now }
    },
  }
}
