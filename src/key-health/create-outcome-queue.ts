import { isTelling } from './key-state.ts'
import { createOutcomeBuffer } from './outcome-buffer.ts'
import type { OutcomeBatch, UseOutcome } from './outcome-buffer.ts'

/** Where outcomes go to. */
export type OutcomeSink = {
  /** Brings a key into the state that an outcome says. */
  changeState(use: UseOutcome): Promise<void>
  writeBatch(batch: OutcomeBatch): Promise<void>
  onError(error: unknown): void
}

/** What one process keeps of the uses of keys between two writes. */
export type OutcomeQueue = {
  /** Never throws, never waits. */
  report(use: UseOutcome, sink: OutcomeSink): void
  /** Writes what was reported; resolves when that is done or has failed. */
  flush(sink: OutcomeSink): Promise<void>
}

/** Uses of this long are written together, in ms. */
const BATCH_MS = 1_500

/** @param options.batchMs how long uses are collected */
export function createOutcomeQueue({ batchMs = BATCH_MS }: { batchMs?: number } = {}): OutcomeQueue {
  const buffer = createOutcomeBuffer()
  /** Changes on their way, by key, version and outcome: a thousand refusals at once are one change. */
  const changing = new Map<string, Promise<void>>()
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()

  const change = (use: UseOutcome, sink: OutcomeSink) => {
    const name = JSON.stringify([use.credentialId, use.version, use.outcome])
    if (changing.has(name)) return
    const done = sink
      .changeState(use)
      .catch(sink.onError)
      .finally(() => changing.delete(name))
    changing.set(name, done)
  }

  const write = async (sink: OutcomeSink) => {
    const batch = buffer.take()
    if (!batch) return
    try {
      await sink.writeBatch(batch)
    } catch (error) {
      buffer.restore(batch)
      sink.onError(error)
    }
  }

  const writeNext = (sink: OutcomeSink): Promise<void> => {
    writing = writing.then(() => write(sink))
    return writing
  }

  return {
    report(use, sink) {
      buffer.add(use)
      if (use.outcome !== 'ok' && isTelling(use.outcome)) change(use, sink)
      timer ??= setTimeout(() => {
        timer = undefined
        void writeNext(sink)
      }, batchMs)
      // Closing the process flushes.
      timer.unref()
    },
    async flush(sink) {
      clearTimeout(timer)
      timer = undefined
      await Promise.all(changing.values())
      await writeNext(sink)
    },
  }
}
