import { randomBytes } from 'node:crypto'
import { describe, expect, it, jest } from '@jest/globals'
import { createHeldKeys } from './key-providers/held-keys.ts'
import { createKeyRing } from './key-ring.ts'
import { createVault } from './create-vault.ts'

const newVault = (keepOpenMs?: number) =>
  createVault({
    keyRing: createKeyRing({ current: createHeldKeys({ current: randomBytes(32), others: [] }), others: [] }),
    keepOpenMs,
  })
const erased = Buffer.alloc(32)

describe('the data keys that the vault keeps open', () => {
  it('should be erased after their time, which is 60 s at most', () => {
    jest.useFakeTimers()
    try {
      const vault = newVault(3_600_000)
      const key = randomBytes(32)
      vault.keepDataKey({ tenant: '1', keyId: 'a', key })
      jest.advanceTimersByTime(59_000)
      expect(vault.peekDataKey({ tenant: '1', keyId: 'a' })).toBe(key)
      jest.advanceTimersByTime(1_000)
      expect(vault.peekDataKey({ tenant: '1', keyId: 'a' })).toBeUndefined()
      expect(key).toEqual(erased)
    } finally {
      jest.useRealTimers()
    }
  })

  it('should be erased with their tenant, and no other with them', () => {
    const vault = newVault()
    const [mine, theirs] = [randomBytes(32), randomBytes(32)]
    vault.keepDataKey({ tenant: '1', keyId: 'a', key: mine })
    vault.keepDataKey({ tenant: '11', keyId: 'a', key: theirs })
    vault.forgetTenant('1')
    expect(mine).toEqual(erased)
    expect(vault.peekDataKey({ tenant: '11', keyId: 'a' })).toBe(theirs)
    vault.dispose()
    expect(theirs).toEqual(erased)
  })
})
