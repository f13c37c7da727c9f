/** Keys that the caller presses one after another, put together to one input. */
export type Keypad = {
  press(key: string, now: number): void
  tick(now: number): void
  /** Whether keys are being pressed. */
  isBusy(): boolean
  /** Ends an input that nothing ended. @returns the keys */
  take(): string
}

export type KeypadOptions = {
  /** A longer pause than this, in ms, ends an input. */
  pauseMs: number
  /** @param keys without the `#` that ended them */
  onKeys(keys: string, startedAt: number, endedAt: number): void
}

const MOST_KEYS = 32

/** An input ends with a pause, with `#`, or when it has as many keys as may be. */
export function createKeypad({ pauseMs, onKeys }: KeypadOptions): Keypad {
  let keys = ''
  let startedAt = 0
  let lastAt = 0

  const end = (now: number) => {
    const pressed = keys
    keys = ''
    onKeys(pressed, startedAt, now)
  }

  return {
    press(key, now) {
      if (!keys) startedAt = now
      lastAt = now
      if (key === '#') {
        keys ||= '#'
        return end(now)
      }
      keys += key
      if (keys.length >= MOST_KEYS) end(now)
    },
    tick(now) {
      if (keys && now - lastAt >= pauseMs) end(now)
    },
    isBusy: () => keys !== '',
    take() {
      const pressed = keys
      keys = ''
      return pressed
    },
  }
}
