import { describe, expect, it } from '@jest/globals'
import { addBalanceSample, daysToEmpty } from './balance.ts'
import type { BalanceHistory } from './balance.ts'

const START = Date.parse('2026-05-01T00:00:00Z')
const HOUR_MS = 3_600_000
const at = (hours: number) => new Date(START + hours * HOUR_MS).toISOString()

/** One sample every six hours. */
const historyOf = (...balances: number[]): BalanceHistory => ({
  unit: 'USD',
  since: at(0),
  samples: balances.map((balance, index) => ({ at: at(index * 6), balance })),
})

const collect = (balances: number[]): BalanceHistory =>
  balances.reduce<BalanceHistory | null>(
    (history, balance, index) =>
      addBalanceSample({ history, sample: { at: at(index * 6), balance }, unit: 'USD' }).history,
    null,
  ) as BalanceHistory

describe('days until an account is empty', () => {
  it('should be what is left by what a day takes', () => {
    // 10 a day, 70 left.
    expect(daysToEmpty(historyOf(80, 77.5, 75, 72.5, 70))).toBe(7)
  })

  it('should leave a top-up out of the pace', () => {
    // 10 a day all the time; 50 came in between.
    expect(daysToEmpty(historyOf(30, 27.5, 25, 22.5, 70, 67.5, 65))).toBe(6.5)
  })

  it('should not be upset by one expensive hour, nor by quiet nights', () => {
    const steady = Array.from({ length: 40 }, (_, index) => 400 - index * 2)
    expect(daysToEmpty(historyOf(...steady))).toBe(40.3)
    const spiked = steady.map((balance, index) => (index > 20 ? balance - 100 : balance))
    // 222 left at 8 a day; the mean would say 12.
    expect(daysToEmpty(historyOf(...spiked))).toBe(27.8)
    // All of a day's 8 go within six hours.
    const nightly = Array.from({ length: 40 }, (_, index) => 400 - Math.floor(index / 4) * 8)
    expect(daysToEmpty(historyOf(...nightly))).toBe(41)
  })

  it('should be unknown without a trend', () => {
    expect(daysToEmpty(undefined)).toBeNull()
    expect(daysToEmpty(null)).toBeNull()
    expect(daysToEmpty(historyOf(100))).toBeNull()
    expect(daysToEmpty(historyOf(100, 90))).toBeNull()
    expect(daysToEmpty(historyOf(50, 50, 50, 50))).toBeNull()
    // Three samples within an hour say nothing of a day.
    const hurried = [0, 0.3, 0.6].map((hours, index) => ({ at: at(hours), balance: 100 - index }))
    expect(daysToEmpty({ unit: null, since: at(0), samples: hurried })).toBeNull()
    // Only money came in.
    expect(daysToEmpty(historyOf(10, 20, 30, 40))).toBeNull()
    // Longer than anybody plans for.
    expect(daysToEmpty(historyOf(1_000_000, 999_999.99, 999_999.98, 999_999.97))).toBeNull()
  })

  it('should be none where nothing is left', () => {
    expect(daysToEmpty(historyOf(0))).toBe(0)
    expect(daysToEmpty(historyOf(5, 2, -1))).toBe(0)
  })
})

describe('the balances that are kept', () => {
  it('should be the last sixty', () => {
    const history = collect(Array.from({ length: 75 }, (_, index) => 1_000 - index))
    expect(history.samples).toHaveLength(60)
    expect(history.samples.at(-1)?.balance).toBe(926)
    expect(history.since).toBe(at(0))
  })

  it('should begin anew with a top-up and not with what rounding adds', () => {
    expect(collect([100, 95, 95.5, 90]).since).toBe(at(0))
    expect(collect([100, 95, 145, 140]).since).toBe(at(12))
    const last = historyOf(100, 95)
    const add = (balance: number) => addBalanceSample({ history: last, sample: { at: at(12), balance }, unit: 'USD' })
    expect(add(145).isTopUp).toBe(true)
    expect(add(95.5).isTopUp).toBe(false)
    expect(add(90).isTopUp).toBe(false)
  })

  it('should see a top-up of an account that was in debt', () => {
    const history = historyOf(5, -10)
    expect(addBalanceSample({ history, sample: { at: at(12), balance: 20 }, unit: 'USD' }).isTopUp).toBe(true)
  })

  it('should not compare one unit with another, nor take a sample twice', () => {
    const history = historyOf(100, 95)
    const other = addBalanceSample({ history, sample: { at: at(12), balance: 9 }, unit: 'EUR' })
    expect(other).toEqual({
      history: { unit: 'EUR', since: at(12), samples: [{ at: at(12), balance: 9 }] },
      isTopUp: false,
    })
    const late = addBalanceSample({ history, sample: { at: at(6), balance: 500 }, unit: 'USD' })
    expect(late).toEqual({ history, isTopUp: false })
  })
})
