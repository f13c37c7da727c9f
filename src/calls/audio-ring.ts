/** The last seconds of the caller's audio that no final transcript covers yet. */
export type AudioRing = {
  write(audio: Uint8Array): void
  /** Forgets everything: it has been transcribed. */
  reset(): void
  /** A copy of what is kept, oldest first. */
  read(): Uint8Array
}

/** @param capacity bytes kept at most; older audio is overwritten */
export function createAudioRing(capacity: number): AudioRing {
  const ring = Buffer.allocUnsafeSlow(capacity)
  let position = 0
  let filled = 0

  return {
    write(audio) {
      const kept = audio.length > capacity ? audio.subarray(audio.length - capacity) : audio
      const head = Math.min(kept.length, capacity - position)
      if (head === kept.length) ring.set(kept, position)
      else {
        ring.set(kept.subarray(0, head), position)
        ring.set(kept.subarray(head), 0)
      }
      position = (position + kept.length) % capacity
      filled = Math.min(capacity, filled + kept.length)
    },
    reset() {
      filled = 0
    },
    read() {
      const start = (position - filled + capacity) % capacity
      const head = ring.subarray(start, Math.min(capacity, start + filled))
      return Buffer.concat([head, ring.subarray(0, filled - head.length)])
    },
  }
}
