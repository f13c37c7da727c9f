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
  let isFinished = false
  let isOver = false
  let hasAudio = false
  let waitingSince: number | undefined

  const start = () => {
    offsetMs = playback.audioMs()
    utterance = link.speak(onEvent)
  }

  const write = (text: string) => {
    if (!utterance) start()
    if (!hasAudio) waitingSince ??= now()
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
    if (hasWord(rest)) {
      waitingSince = now()
      write(rest)
      if (isFinished) finishUtterance()
    } else if (isFinished) end()
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
      waitingSince = isFinished ? at : undefined
      playback.append(generation, event.audio, at)
    } else if (event.type === 'words') spoken.addWords(event.words, offsetMs)
    else if (event.type === 'done') {
      link.markHealthy()
      if (isFinished) end()
    } else fail(fromProvider(event.error))
  }

  const heard = (heardMs: number) =>
    spoken.heard({ heardMs, audioMs: playback.audioMs(), complete: playback.isComplete() })

  return {
    write(text) {
      if (isOver) return
      spoken.write(text)
      write(text)
    },
    finish() {
      if (isOver || isFinished) return
      isFinished = true
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
