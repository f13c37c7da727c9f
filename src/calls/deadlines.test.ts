import { describe, expect, it } from '@jest/globals'
import { createAlarms } from './deadlines.ts'

describe('alarms', () => {
  it('go off once, in time, and can be moved and cleared', () => {
    const due: string[] = []
    const alarms = createAlarms<'a' | 'b' | 'c'>((name) => due.push(name))
    alarms.set('a', 10)
    alarms.set('b', 20)
    alarms.set('c', 20)
    alarms.set('a', 15)
    alarms.clear('c')
    alarms.check(14)
    expect(due).toEqual([])
    alarms.check(30)
    alarms.check(40)
    expect(due).toEqual(['a', 'b'])
  })

  it('may be set anew from within', () => {
    let count = 0
    const alarms = createAlarms<'a'>(() => {
      count++
      alarms.set('a', 20)
    })
    alarms.set('a', 10)
    alarms.check(10)
    alarms.check(19)
    expect(count).toBe(1)
    alarms.check(20)
    expect(count).toBe(2)
  })
})
