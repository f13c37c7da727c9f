import { describe, expect, it } from '@jest/globals'
import { createFlushBudget } from './flush-budget.ts'

describe('the budget of flushes', () => {
  it('has 20 in any 60 s', () => {
    let now = 1000
    const budget = createFlushBudget(() => now)
    for (let second = 0; second < 20; second++) {
      expect(budget.left()).toBe(20 - second)
      budget.spend()
      now += 1000
    }
    expect(budget.left()).toBe(0)
    now = 60_999
    expect(budget.left()).toBe(0)
    now = 61_000
    expect(budget.left()).toBe(1)
    now = 63_000
    expect(budget.left()).toBe(3)
  })

  it('has none for 60 s once Deepgram says so', () => {
    let now = 0
    const budget = createFlushBudget(() => now)
    budget.exhaust()
    expect(budget.left()).toBe(0)
    now = 60_000
    expect(budget.left()).toBe(20)
  })
})
