import type { MediaOut } from './playback-clock.ts'
import type { BoundStt, BoundTts } from './types.ts'

/** Makes a function that hands what it throws to the call instead of to whoever called it. */
export type Guard = <Arguments extends unknown[]>(run: (...given: Arguments) => void) => (...given: Arguments) => void

export const createGuard =
  (onThrow: () => void): Guard =>
  (run) =>
  (...given) => {
    try {
      run(...given)
    } catch {
      onThrow()
    }
  }

/** What a transcription sets off must not break the provider's own socket handler, nor the process. */
export const guardStt = (stt: BoundStt, guard: Guard): BoundStt => ({
  provider: stt.provider,
  name: stt.name,
  encodings: stt.encodings,
  hasLateWords: stt.hasLateWords,
  open: (options, onEvent) => stt.open(options, guard(onEvent)),
})

export const guardTts = (tts: BoundTts, guard: Guard): BoundTts => ({
  provider: tts.provider,
  name: tts.name,
  encodings: tts.encodings,
  open(options, onEvent) {
    const connection = tts.open(options, guard(onEvent))
    return {
      speak: (onSpoken) => connection.speak(guard(onSpoken)),
      close: () => connection.close(),
      destroy: () => connection.destroy(),
    }
  },
})

export const guardMedia = (media: MediaOut, guard: Guard): MediaOut => ({
  send: guard((payload) => media.send(payload)),
  mark: guard((name) => media.mark(name)),
  clear: guard(() => media.clear()),
  bufferedBytes: () => media.bufferedBytes(),
})
