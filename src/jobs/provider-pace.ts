/** How fast each provider may be asked, by whatever tests keys. */
export type ProviderPace = {
  /** Takes one of the tests that the provider may be asked now; false where it may not. */
  take(provider: string, now: number): boolean
  isOpen(provider: string, now: number): boolean
  /** The provider asked to be left alone for so long. */
  pause(provider: string, forMs: number, now: number): void
  /** It did not answer: after a few times in a row it is left alone for a while. */
  noteSilence(provider: string, now: number): void
  noteAnswer(provider: string): void
}

type Options = { perMinute?: number; silences?: number; silenceMs?: number; longestPauseMs?: number }
type Place = { takenAt: number[]; pausedUntil: number; silences: number }

const MINUTE_MS = 60_000

/**
 * @param options.perMinute tests of one provider within any minute
 * @param options.silences so many in a row, and the provider is left alone for `silenceMs`
 * @param options.longestPauseMs a provider answers one account; the others do not wait longer for it than this
 */
export function createProviderPace(options: Options = {}): ProviderPace {
  const { perMinute = 60, silences = 4, silenceMs = 2 * MINUTE_MS, longestPauseMs = 5 * MINUTE_MS } = options
  const places = new Map<string, Place>()

  const placeOf = (provider: string): Place => {
    const place = places.get(provider) ?? { takenAt: [], pausedUntil: 0, silences: 0 }
    places.set(provider, place)
    return place
  }
  const pause = (provider: string, forMs: number, now: number) => {
    const place = placeOf(provider)
    place.pausedUntil = Math.max(place.pausedUntil, now + Math.min(forMs, longestPauseMs))
  }
  const isOpen = (provider: string, now: number): boolean => {
    const place = placeOf(provider)
    place.takenAt = place.takenAt.filter((at) => at > now - MINUTE_MS)
    return place.takenAt.length < perMinute && place.pausedUntil <= now
  }

  return {
    isOpen,
    pause,
    take(provider, now) {
      if (!isOpen(provider, now)) return false
      placeOf(provider).takenAt.push(now)
      return true
    },
    noteSilence(provider, now) {
      const place = placeOf(provider)
      place.silences += 1
      if (place.silences < silences) return
      place.silences = 0
      pause(provider, silenceMs, now)
    },
    noteAnswer(provider) {
      placeOf(provider).silences = 0
    },
  }
}
