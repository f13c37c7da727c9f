/** Does things later, one after the other in the order given. */
export type Timeline = {
  /** Runs `action` after `delayMs`, yet never before what was given earlier. */
  after(delayMs: number, action: () => void): void
  /** Forgets everything that has not happened. */
  clear(): void
}

/** Answers of a provider come late but in order; so do those of its simulator. */
export function createTimeline(): Timeline {
  let queue: { dueAt: number; action: () => void }[] = []
  let timer: NodeJS.Timeout | undefined

  const run = () => {
    timer = undefined
    // A timer may fire a fraction of a millisecond early.
    for (let next = queue[0]; next && next.dueAt <= performance.now() + 1; next = queue[0]) {
      queue.shift()
      next.action()
    }
    arm()
  }
  const arm = () => {
    const [next] = queue
    if (next && !timer) timer = setTimeout(run, Math.max(0, next.dueAt - performance.now()))
  }
  return {
    after(delayMs, action) {
      const dueAt = Math.max(queue.at(-1)?.dueAt ?? 0, performance.now() + delayMs)
      queue.push({ dueAt, action })
      arm()
    },
    clear() {
      clearTimeout(timer)
      timer = undefined
      queue = []
    },
  }
}
