import { expect, it } from '@jest/globals'
import { createTicker } from './ticker.ts'

it('ticks every 20 ms of the clock for everybody, also those that a stall of the process held up', async () => {
  const ticker = createTicker()
  const ideal: number[] = []
  let others = 0
  const startedAt = performance.now()
  await new Promise<void>((resolve) => {
    ticker.subscribe(() => others++)
    ticker.subscribe((idealMs) => {
      ideal.push(idealMs)
      if (ideal.length === 3) while (performance.now() - startedAt < 200);
      if (ideal.length === 20) resolve()
    })
  })
  const elapsedMs = performance.now() - startedAt
  ticker.close()
  const gaps = ideal.slice(1).map((idealMs, index) => idealMs - (ideal[index] as number))
  expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThan(0.001)
  expect(others).toBe(20)
  expect(elapsedMs).toBeGreaterThanOrEqual(400)
})

it('stops for who leaves, and altogether when nobody is left', async () => {
  const ticker = createTicker()
  let first = 0
  let leave = () => {}
  await new Promise<void>((resolve) => {
    leave = ticker.subscribe(() => {
      first++
      leave()
      resolve()
    })
  })
  const ticks = await new Promise<number>((resolve) => {
    let count = 0
    const stop = ticker.subscribe(() => {
      if (++count < 3) return
      stop()
      resolve(count)
    })
  })
  expect([first, ticks]).toEqual([1, 3])
})
