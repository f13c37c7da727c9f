/** Puts a carrier's media frames back in order. */
export type ReorderBuffer<Frame> = {
  /** @param chunk the carrier's number of the frame, counting up by one */
  push(chunk: number, frame: Frame): void
  /** Hands out what still waits for a gap to close. */
  flush(): void
}

/** Frames that may wait for a missing one: 60 ms. More delay would cost every caller, a lost frame costs one. */
const WINDOW = 3
/** A chunk number this far behind is a counter that began anew, not a late frame. */
const RESTART_DISTANCE = 500

/**
 * Orders frames by chunk number within a small window. Duplicates and frames that come after their turn are dropped;
 * a gap is given up once three later frames wait, so that nothing stalls.
 * @param onFrame gets each frame in order; `missing` counts the frames lost right before it
 */
export function createReorderBuffer<Frame>(onFrame: (frame: Frame, missing: number) => void): ReorderBuffer<Frame> {
  const waiting = new Map<number, Frame>()
  let next: number | undefined

  const drain = (from: number) => {
    let chunk = from
    for (let frame = waiting.get(chunk); frame !== undefined; frame = waiting.get(chunk)) {
      waiting.delete(chunk)
      onFrame(frame, 0)
      chunk++
    }
    next = chunk
  }

  const skipGap = () => {
    const first = Math.min(...waiting.keys())
    const frame = waiting.get(first) as Frame
    waiting.delete(first)
    onFrame(frame, first - (next ?? first))
    drain(first + 1)
  }

  return {
    push(chunk, frame) {
      if (next === undefined || chunk === next) {
        onFrame(frame, 0)
        next = chunk + 1
        if (waiting.size > 0) drain(next)
        return
      }
      if (chunk < next) {
        if (next - chunk < RESTART_DISTANCE) return
        waiting.clear()
        onFrame(frame, 0)
        next = chunk + 1
        return
      }
      waiting.set(chunk, frame)
      if (waiting.size >= WINDOW) skipGap()
    },
    flush() {
      while (waiting.size > 0) skipGap()
    },
  }
}
