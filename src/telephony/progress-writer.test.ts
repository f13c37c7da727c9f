import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import type { CallProgress } from '../calls/index.ts'
import { createProgressWriter } from './progress-writer.ts'

const progress = (callId: string, startedAt = '2026-01-01T00:00:00.000Z'): CallProgress => ({
  callId,
  startedAt,
  transcript: [],
  turns: [],
})

describe('the progress writer', () => {
  beforeEach(() => void jest.useFakeTimers())
  afterEach(() => void jest.useRealTimers())

  it('should write the newest state of each call, one write at a time', async () => {
    const written: string[] = []
    const writer = createProgressWriter({ pauseMs: 100, onError: () => {} })
    const write = async ({ callId, startedAt }: CallProgress) => void written.push(`${callId} ${startedAt}`)
    writer.note('a', progress('a', 'old'), write)
    writer.note('b', progress('b', 'only'), write)
    writer.note('a', progress('a', 'new'), write)
    expect(written).toEqual([])
    await jest.advanceTimersByTimeAsync(100)
    expect(written).toEqual(['a new'])
    await jest.advanceTimersByTimeAsync(100)
    expect(written).toEqual(['a new', 'b only'])
  })

  it('should let no late write overtake the end of a call', async () => {
    const written: string[] = []
    let finish = () => {}
    const writer = createProgressWriter({ pauseMs: 100, onError: () => {} })
    const write = () =>
      new Promise<void>((resolve) => {
        finish = () => {
          written.push('a')
          resolve()
        }
      })
    writer.note('a', progress('a'), write)
    await jest.advanceTimersByTimeAsync(100)
    let isForgotten = false
    const forgotten = writer.forget('a').then(() => {
      isForgotten = true
    })
    await jest.advanceTimersByTimeAsync(0)
    expect(isForgotten).toBe(false)
    finish()
    await forgotten
    expect(written).toEqual(['a'])
    writer.note('b', progress('b'), async () => void written.push('b'))
    await writer.forget('b')
    await jest.advanceTimersByTimeAsync(1_000)
    expect(written).toEqual(['a'])
    expect(jest.getTimerCount()).toBe(0)
  })

  it('should report a failed write and go on', async () => {
    const errors: unknown[] = []
    const written: string[] = []
    const writer = createProgressWriter({ pauseMs: 100, onError: (error) => errors.push(error) })
    writer.note('a', progress('a'), async () => {
      throw new Error('disk full')
    })
    writer.note('b', progress('b'), async () => void written.push('b'))
    await jest.advanceTimersByTimeAsync(200)
    expect(errors).toHaveLength(1)
    expect(written).toEqual(['b'])
  })
})
