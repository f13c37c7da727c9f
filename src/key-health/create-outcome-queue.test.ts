import { describe, expect, it } from '@jest/globals'
import { createOutcomeQueue } from './create-outcome-queue.ts'
import type { OutcomeSink } from './create-outcome-queue.ts'
import type { OutcomeBatch, UseOutcome } from './outcome-buffer.ts'

const NOON = Date.parse('2026-05-01T12:00:00Z')
const use = (fields: Partial<UseOutcome> = {}): UseOutcome => ({
  tenant: 7,
  provider: 'telnyx',
  credentialId: 'cred_1',
  version: 1,
  purpose: 'call',
  outcome: 'ok',
  at: NOON,
  ...fields,
})

function createSink() {
  const changes: UseOutcome[] = []
  const batches: OutcomeBatch[] = []
  const errors: unknown[] = []
  let fail: Error | undefined
  let wait: Promise<void> = Promise.resolve()
  const sink: OutcomeSink = {
    async changeState(change) {
      changes.push(change)
      await wait
    },
    async writeBatch(batch) {
      if (fail) throw fail
      batches.push(batch)
    },
    onError: (error) => void errors.push(error),
  }
  return {
    sink,
    changes,
    batches,
    errors,
    failWith: (error: Error | undefined) => {
      fail = error
    },
    holdChanges: (until: Promise<void>) => {
      wait = until
    },
  }
}

const countsOf = (batch: OutcomeBatch | undefined) =>
  Object.fromEntries((batch?.counts ?? []).map(({ day, outcome, count }) => [`${day} ${outcome}`, count]))

describe('the uses of keys on their way', () => {
  it('should be written in one batch, counted by day and outcome', async () => {
    const { sink, batches } = createSink()
    const queue = createOutcomeQueue({ batchMs: 10 })
    const midnight = Date.parse('2026-05-02T00:00:00Z')
    for (let index = 0; index < 100; index += 1) queue.report(use({ at: midnight - 1 }), sink)
    queue.report(use({ at: midnight }), sink)
    queue.report(use({ outcome: 'timeout', at: midnight + 5 }), sink)
    await queue.flush(sink)
    expect(batches).toHaveLength(1)
    expect(countsOf(batches[0])).toEqual({ '2026-05-01 ok': 100, '2026-05-02 ok': 1, '2026-05-02 timeout': 1 })
    expect(batches[0]?.uses).toEqual([
      expect.objectContaining({
        credentialId: 'cred_1',
        usedAt: midnight + 5,
        succeededAt: midnight,
        failedAt: midnight + 5,
        failureKind: 'timeout',
      }),
    ])
  })

  it('should count a call once for each key, whatever it did with it', async () => {
    const { sink, batches } = createSink()
    const queue = createOutcomeQueue()
    for (const callId of ['one', 'one', 'two', 'one']) queue.report(use({ callId }), sink)
    await queue.flush(sink)
    queue.report(use({ callId: 'one', outcome: 'closed' }), sink)
    queue.report(use({ callId: 'one', credentialId: 'cred_2' }), sink)
    await queue.flush(sink)
    expect(countsOf(batches[0])).toEqual({ '2026-05-01 ok': 4, '2026-05-01 calls': 2 })
    const calls = batches[1]?.counts.filter(({ outcome }) => outcome === 'calls')
    expect(calls?.map(({ credentialId, count }) => [credentialId, count])).toEqual([['cred_2', 1]])
  })

  it('should change the state at once where they tell of the key, and as one change where many tell the same', async () => {
    const { sink, changes } = createSink()
    const queue = createOutcomeQueue()
    for (let index = 0; index < 50; index += 1) queue.report(use({ outcome: 'rejected', at: NOON + index }), sink)
    for (const outcome of ['ok', 'timeout', 'rate-limited', 'closed', 'unreachable'] as const) {
      queue.report(use({ outcome }), sink)
    }
    expect(changes).toEqual([use({ outcome: 'rejected' })])
    await queue.flush(sink)
    queue.report(use({ outcome: 'rejected', at: NOON + 99 }), sink)
    await queue.flush(sink)
    expect(changes).toHaveLength(2)
  })

  it('should be there still when a write failed, and be written with the next', async () => {
    const { sink, batches, errors, failWith } = createSink()
    const queue = createOutcomeQueue()
    queue.report(use(), sink)
    failWith(new Error('The database is away'))
    await queue.flush(sink)
    expect(errors).toHaveLength(1)
    failWith(undefined)
    queue.report(use({ outcome: 'closed', at: NOON + 1 }), sink)
    await queue.flush(sink)
    expect(countsOf(batches[0])).toEqual({ '2026-05-01 ok': 1, '2026-05-01 closed': 1 })
    expect(batches[0]?.uses[0]).toMatchObject({ succeededAt: NOON, failedAt: NOON + 1, failureKind: 'closed' })
  })

  it('should be written by themselves after a moment', async () => {
    const { sink } = createSink()
    const written = new Promise<OutcomeBatch>((resolve) => {
      sink.writeBatch = async (batch) => resolve(batch)
    })
    createOutcomeQueue({ batchMs: 5 }).report(use(), sink)
    // The queue's own timer keeps no process alive.
    const alive = setTimeout(() => {}, 5_000)
    expect(countsOf(await written)).toEqual({ '2026-05-01 ok': 1 })
    clearTimeout(alive)
  })

  it('should all be written when a flush resolves, changes under way included', async () => {
    const { sink, changes, holdChanges } = createSink()
    const queue = createOutcomeQueue()
    let release = () => {}
    holdChanges(new Promise((resolve) => (release = resolve)))
    queue.report(use({ outcome: 'rejected' }), sink)
    let isFlushed = false
    const flushed = queue.flush(sink).then(() => (isFlushed = true))
    await new Promise((resolve) => setImmediate(resolve))
    expect([changes.length, isFlushed]).toEqual([1, false])
    release()
    await flushed
  })
})
