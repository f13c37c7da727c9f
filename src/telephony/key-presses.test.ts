import { beforeEach, describe, expect, it } from '@jest/globals'
import { createKeyPresses } from './key-presses.ts'
import type { KeyPresses } from './key-presses.ts'

describe('the keys that a caller presses', () => {
  let pressed: string
  let keys: KeyPresses
  beforeEach(() => {
    pressed = ''
    keys = createKeyPresses({ onPress: (digit) => (pressed += digit) })
  })

  it('should count once where both ways tell of each, whichever comes first', () => {
    keys.fromMedia('1')
    keys.fromWebhook('1')
    keys.fromWebhook('2')
    keys.fromMedia('2')
    expect(pressed).toBe('12')
  })

  it('should count each press of one key', () => {
    for (let press = 0; press < 3; press++) keys.fromMedia('7')
    for (let press = 0; press < 3; press++) keys.fromWebhook('7')
    keys.fromWebhook('7')
    expect(pressed).toBe('7777')
  })

  it('should count where one way alone tells, and where webhooks overtake each other', () => {
    keys.fromMedia('4')
    keys.fromMedia('2')
    keys.fromMedia('#')
    expect(pressed).toBe('42#')
    keys.fromWebhook('#')
    keys.fromWebhook('4')
    keys.fromWebhook('2')
    expect(pressed).toBe('42#')
  })
})
