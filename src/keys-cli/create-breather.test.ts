import { describe, expect, it } from '@jest/globals'
import { createBreather } from './create-breather.ts'

describe('long work that never waits', () => {
  it('should let a signal be heard', async () => {
    const abort = new AbortController()
    const breathe = createBreather(abort.signal)
    setTimeout(() => abort.abort(), 0)
    const deadline = performance.now() + 2_000
    const work = async () => {
      while (performance.now() < deadline) await breathe()
    }
    await expect(work()).rejects.toThrow(/abort/i)
  })
})
