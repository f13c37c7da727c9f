import { afterPrefix, hasSameWords, hasWord, joinSpeech } from './words.ts'

/** The words of the caller's turn so far, put together from a provider's interims and finals. */
export type TurnText = {
  /** @returns whether there are words and they changed */
  interim(text: string): boolean
  final(text: string): boolean
  /** Takes the provider's text of the whole turn and starts anew. @returns the turn's words, `''` if all were used before */
  end(text: string): string
  /** The turn's words so far. */
  current(): string
  /** Ends the turn without the provider; what it repeats of this turn later is left out. @returns the turn's words */
  take(): string
  /** Puts words in front of the turn that is being spoken. */
  prepend(text: string): void
  /** The provider's stream was replaced: it will not repeat the finals of the former one. */
  carryOver(): void
  /** Whether every word so far is final. */
  isFinal(): boolean
}

export function createTurnText(): TurnText {
  let prefix = ''
  let finals = ''
  let interim = ''
  let used = ''

  const own = () => interim || finals

  /** Leaves out what this provider turn said before `take`. */
  const unused = (text: string): string => {
    if (!used) return text
    const rest = afterPrefix(text, used)
    if (rest === undefined) used = ''
    return rest ?? text
  }

  const clear = () => {
    prefix = ''
    finals = ''
    interim = ''
  }

  return {
    interim(text) {
      const next = unused(text).trim()
      // Some providers repeat the finals as an interim: that is nothing new.
      if (next === interim || (finals && hasSameWords(next, finals))) return false
      interim = hasWord(next) ? next : ''
      return interim !== ''
    },
    final(text) {
      const segment = (used ? (afterPrefix(text, used) ?? text) : text).trim()
      interim = ''
      if (!hasWord(segment)) return false
      finals = joinSpeech(finals, segment)
      return true
    },
    end(text) {
      const whole = unused(text).trim()
      const turn = hasWord(whole) ? joinSpeech(prefix, whole) : prefix
      clear()
      used = ''
      return turn
    },
    current: () => joinSpeech(prefix, own()),
    take() {
      const turn = joinSpeech(prefix, own())
      used = joinSpeech(used, own())
      clear()
      return turn
    },
    prepend(text) {
      prefix = joinSpeech(text, prefix)
    },
    carryOver() {
      prefix = joinSpeech(prefix, finals)
      finals = ''
      interim = ''
      used = ''
    },
    isFinal: () => interim === '',
  }
}
