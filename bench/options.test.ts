import { describe, expect, it } from '@jest/globals'
import { readOptions } from './options.ts'
import { spreadOf } from './percentile.ts'

describe('the options of the benchmark', () => {
  it('should always begin with the unloaded call', () => {
    expect(readOptions([])).toMatchObject({ calls: [1, 10, 25, 50, 100], turns: 4, seconds: 60, profile: false })
    expect(readOptions(['--calls', '50,1', '--seconds', '20']).calls).toEqual([1, 50])
  })

  it('should refuse what is no number, and what it does not know', () => {
    expect(() => readOptions(['--calls', '10,many'])).toThrow('--calls must be a whole number from 1 on.')
    expect(() => readOptions(['--seconds', '1'])).toThrow('--seconds')
    expect(() => readOptions(['--sekonds', '20'])).toThrow()
  })
})

describe('a spread', () => {
  it('should take the nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index)
    expect(spreadOf(values)).toEqual({ count: 100, p50: 50, p95: 95, p99: 99, max: 100 })
    expect(spreadOf([7])).toEqual({ count: 1, p50: 7, p95: 7, p99: 7, max: 7 })
    expect(spreadOf([])).toBeUndefined()
  })
})
