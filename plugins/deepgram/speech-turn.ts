import type { ProviderError, TtsEvent, TtsUtterance } from '../../src/provider-kit/index.ts'
import { ownError } from './errors.ts'

/** How long Deepgram may take for the next audio that it owes, in ms. */
const AUDIO_DEADLINE_MS = 8000
const WORD = /[\p{L}\p{N}]/u
/** A sentence, or a clause long enough that a breath after it sounds natural. */
const SENTENCE_END = /[.!?…。！？]["'”’)]*\s*$/u
const CLAUSE_END = /[,;:–—、，；：]["'”’)]*\s*$/u
const LEAST_CLAUSE = 18

/** What an utterance may do with its connection once it is its turn. */
export type SpeakLine = {
  speak(text: string): void
  flush(): void
  /** A flush for the sake of an early beginning can be spared. */
  maySpareFlush(): boolean
}

/** One utterance as its connection sees it. */
export type SpeechTurn = TtsUtterance & {
  /** It is its turn: what waits goes out. */
  begin(line: SpeakLine): void
  receive(audio: Uint8Array): void
  /** A flush was answered: everything before it was spoken. */
  flushed(): void
  /** Ends the utterance with an error, unless it is over. */
  fail(error: ProviderError): void
  /** Ends the utterance without an event. */
  drop(): void
  readonly hasBegun: boolean
  readonly hasAudio: boolean
  /** Text went out of which something may still come. */
  readonly isOwed: boolean
  /** Flushes that have not been answered. */
  readonly flushesOwed: number
}

type SpeechTurnOptions = {
  onEvent(event: TtsEvent): void
  /** Nothing more is delivered of it; called before the last event. */
  onOver(): void
  /** Default: that of this file. */
  audioDeadlineMs?: number
}

/**
 * Text goes out as it is written; Deepgram joins the pieces. The first sentence is flushed by itself, so that it sounds
 * while the rest is being written, then everything at the end: at most two flushes, of which there are only 20 a minute.
 */
export function createSpeechTurn(options: SpeechTurnOptions): SpeechTurn {
  const { onEvent, audioDeadlineMs = AUDIO_DEADLINE_MS } = options
  let line: SpeakLine | undefined
  let pending = ''
  let sent = ''
  let flushesOwed = 0
  let hasFlushed = false
  let isUnflushed = false
  let isFinished = false
  let isOver = false
  let hasAudio = false
  let timer: NodeJS.Timeout | undefined

  const end = () => {
    isOver = true
    clearTimeout(timer)
    options.onOver()
  }
  const fail = (error: ProviderError) => {
    if (isOver) return
    end()
    onEvent({ type: 'error', error })
  }
  const complete = () => {
    if (isOver) return
    if (sent && !hasAudio) return fail(ownError('failed', 'Deepgram ended an utterance without speaking any of it.'))
    end()
    onEvent({ type: 'done' })
  }
  const awaitAudio = () => {
    clearTimeout(timer)
    timer = setTimeout(() => fail(ownError('timeout')), audioDeadlineMs)
  }

  const send = (text: string) => {
    sent += text
    isUnflushed = true
    line?.speak(text)
  }
  const flush = () => {
    hasFlushed = true
    isUnflushed = false
    flushesOwed++
    awaitAudio()
    line?.flush()
  }
  const isWorthAFlush = () => SENTENCE_END.test(sent) || (sent.trim().length >= LEAST_CLAUSE && CLAUSE_END.test(sent))

  const pump = () => {
    if (!line || isOver) return
    // A piece without a word joins what waits to be spoken, or waits for one: a text must not say nothing.
    if (WORD.test(pending) || (isUnflushed && pending.trim())) {
      const text = pending
      pending = ''
      send(text)
    }
    if (isUnflushed && isFinished) flush()
    else if (isUnflushed && !hasFlushed && isWorthAFlush() && line.maySpareFlush()) flush()
    else if (isFinished && flushesOwed === 0) queueMicrotask(complete)
  }

  return {
    begin(given) {
      line = given
      pump()
    },
    write(text) {
      if (isOver || isFinished) return
      pending += text
      pump()
    },
    finish() {
      if (isOver || isFinished) return
      isFinished = true
      if (line) pump()
      else if (!WORD.test(pending)) queueMicrotask(complete)
    },
    cancel() {
      if (!isOver) end()
    },
    drop() {
      if (!isOver) end()
    },
    fail,
    receive(audio) {
      if (isOver) return
      hasAudio = true
      if (flushesOwed > 0) awaitAudio()
      onEvent({ type: 'audio', audio })
    },
    flushed() {
      if (isOver || flushesOwed === 0) return
      flushesOwed--
      if (flushesOwed > 0) return awaitAudio()
      clearTimeout(timer)
      if (isFinished && !isUnflushed) complete()
    },
    get hasBegun() {
      return line !== undefined
    },
    get hasAudio() {
      return hasAudio
    },
    get isOwed() {
      return isUnflushed || flushesOwed > 0
    },
    get flushesOwed() {
      return flushesOwed
    },
  }
}
