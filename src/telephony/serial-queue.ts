/** Runs the tasks of one key one after another, those of different keys side by side. */
export type SerialQueue = {
  /** @param task handles its own failures: a rejection only ends that task */
  run(key: string, task: () => Promise<void>): Promise<void>
  /** Resolves when nothing is left to run. */
  idle(): Promise<void>
}

export function createSerialQueue(): SerialQueue {
  const tails = new Map<string, Promise<void>>()
  return {
    run(key, task) {
      const tail = (tails.get(key) ?? Promise.resolve()).then(task, task)
      const settled = tail.then(
        () => {},
        () => {},
      )
      tails.set(key, settled)
      void settled.then(() => {
        if (tails.get(key) === settled) tails.delete(key)
      })
      return tail
    },
    async idle() {
      while (tails.size > 0) await Promise.all(tails.values())
    },
  }
}
