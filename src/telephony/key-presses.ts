export type KeyPresses = {
  /** A key that the media stream tells of. */
  fromMedia(digit: string): void
  /** A key that a webhook tells of. */
  fromWebhook(digit: string): void
}

/**
 * Tells of each press once, although a carrier may tell of it on its media stream and by webhook, in either order and
 * far apart: a press that one way tells of waits for its twin on the other.
 */
export function createKeyPresses({ onPress }: { onPress(digit: string): void }): KeyPresses {
  const awaitedFromWebhook: string[] = []
  const awaitedFromMedia: string[] = []

  const take = (digit: string, awaited: string[], awaitedElsewhere: string[]) => {
    const twin = awaited.indexOf(digit)
    if (twin >= 0) {
      awaited.splice(twin, 1)
      return
    }
    awaitedElsewhere.push(digit)
    onPress(digit)
  }
  return {
    fromMedia: (digit) => take(digit, awaitedFromMedia, awaitedFromWebhook),
    fromWebhook: (digit) => take(digit, awaitedFromWebhook, awaitedFromMedia),
  }
}
