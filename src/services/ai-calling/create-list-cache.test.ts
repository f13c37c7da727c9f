import { describe, expect, it } from '@jest/globals'
import { createListCache } from './create-list-cache.ts'

const counting = () => {
  let loads = 0
  return { load: async () => [++loads], loads: () => loads }
}

describe('the cache of lists', () => {
  it('should load once for two at once, and again when the list is old', async () => {
    let time = 0
    const cache = createListCache({ lifetimeMs: 100, capacity: 10, now: () => time })
    const { load, loads } = counting()
    expect(await Promise.all([cache.get('a', load), cache.get('a', load)])).toEqual([[1], [1]])
    time = 99
    expect(await cache.get('a', load)).toEqual([1])
    time = 100
    expect(await cache.get('a', load)).toEqual([2])
    expect(loads()).toBe(2)
  })

  it('should keep no failure', async () => {
    const cache = createListCache({ lifetimeMs: 100, capacity: 10 })
    const fail = () => Promise.reject(new Error('down'))
    await expect(cache.get('a', fail)).rejects.toThrow('down')
    expect(await cache.get('a', async () => ['up'])).toEqual(['up'])
  })

  it('should forget the oldest beyond its capacity', async () => {
    const cache = createListCache({ lifetimeMs: 100, capacity: 2 })
    const { load } = counting()
    for (const name of ['a', 'b', 'c']) await cache.get(name, load)
    expect(await cache.get('b', load)).toEqual([2])
    expect(await cache.get('a', load)).toEqual([4])
  })
})
