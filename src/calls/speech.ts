import type { TtsEvent, TtsUtterance } from '../provider-kit/index.ts'
import { hasWord } from './words.ts'
import type { PlaybackClock } from './playback-clock.ts'
import { fromProvider, toStall } from './provider-failure.ts'
import type { SpokenText } from './spoken-text.ts'
import { createSpokenText } from './spoken-text.ts'
import type { TtsLink } from './tts-link.ts'
import type { CallError, NamedProvider } from './types.ts'

export type SpeechOptions = {
  tts: NamedProvider
  link: TtsLink
  playback: PlaybackClock
  now(): number
  /** From the first text written to the first audio, and from the last audio to the end. */
  stallMs: number
  onFirstAudio(now: number): void
  onFailed(error: CallError): void
}

/** One utterance of the agent: text in, audio to the caller's ear, and what was heard of it. */
export type Speech = {
  write(text: string): void
  /** Speaks all that it was given to its end, because more may be long in coming; a voice may wait for more otherwise. */
  breathe(): void
  /** No more text. */
  finish(): void
  /** Falls silent for good. @returns the words heard */
  cancel(): string
  /** All text given so far. */
  text(): string
  /** The words heard so far. */
  heard(): string
  hasText(): boolean
  tick(now: number): void
}

/** Starts an utterance on the playback clock. Over a failed connection what was not yet spoken is spoken anew, once. */
export function createSpeech(options: SpeechOptions): Speech {
  const { tts, link, playback, now } = options
  const spoken: SpokenText = createSpokenText()
  const generation = playback.begin(now())
  let utterance: TtsUtterance | undefined
  let offsetMs = 0
  let queued = ''
  let isBreathing = false
  let isFinished = false
  let isOver = false
  let hasAudio = false
  let awaitsAudio = true
  let waitingSince: number | undefined

  const start = () => {
    offsetMs = playback.audioMs()
    awaitsAudio = true
    utterance = link.speak(onEvent)
  }

  const write = (text: string) => {
    if (!utterance) start()
    if (awaitsAudio) waitingSince ??= now()
    link.countText(text.length)
    utterance?.write(text)
  }

  const finishUtterance = () => {
    utterance?.finish()
    waitingSince = now()
  }

  const fail = (error: CallError) => {
    utterance = undefined
    waitingSince = undefined
    const canRetry = link.giveUp(error)
    if (!canRetry) {
      isOver = true
      options.onFailed(error)
      return
    }
    const rest = spoken.takeRemainder(playback.audioMs())
    queued = ''
    if (hasWord(rest)) {
      waitingSince = now()
      write(rest)
      if (isFinished || isBreathing) finishUtterance()
    } else {
      isBreathing = false
      if (isFinished) end()
    }
  }

  /** What was said is out; what came meanwhile follows. */
  const goOn = () => {
    utterance = undefined
    waitingSince = undefined
    isBreathing = false
    const text = queued
    queued = ''
    if (text) write(text)
    if (!isFinished) return
    if (utterance) finishUtterance()
    else end()
  }

  const end = () => {
    isOver = true
    waitingSince = undefined
    playback.complete(generation, now())
  }

  const onEvent = (event: TtsEvent) => {
    if (isOver) return
    if (event.type === 'audio') {
      const at = now()
      if (!hasAudio) {
        hasAudio = true
        options.onFirstAudio(at)
      }
      awaitsAudio = false
      waitingSince = isFinished || isBreathing ? at : undefined
      playback.append(generation, event.audio, at)
    } else if (event.type === 'words') spoken.addWords(event.words, offsetMs)
    else if (event.type === 'done') {
      link.markHealthy()
      if (isBreathing) goOn()
      else if (isFinished) end()
    } else fail(fromProvider(event.error))
  }

  const heard = (heardMs: number) =>
    spoken.heard({ heardMs, audioMs: playback.audioMs(), complete: playback.isComplete() })

  return {
    write(text) {
      if (isOver) return
      spoken.write(text)
      if (isBreathing) queued += text
      else write(text)
    },
    breathe() {
      if (isOver || isFinished || isBreathing || !utterance) return
      isBreathing = true
      finishUtterance()
    },
    finish() {
      if (isOver || isFinished) return
      isFinished = true
      if (isBreathing) return
      if (utterance) finishUtterance()
      else end()
    },
    cancel() {
      const words = heard(playback.heardMs(now()))
      isOver = true
      waitingSince = undefined
      utterance?.cancel()
      link.release()
      playback.stop(now())
      return words
    },
    text: () => spoken.text().trim(),
    heard: () => heard(playback.heardMs(now())),
    hasText: () => hasWord(spoken.text()),
    tick(at) {
      if (waitingSince === undefined || at - waitingSince < options.stallMs) return
      fail(toStall(tts, 'timeout', 'did not speak in time'))
    },
  }
}
