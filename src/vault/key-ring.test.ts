import { randomBytes } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { createHeldKeys } from './key-providers/held-keys.ts'
import { createKeyRing } from './key-ring.ts'
import { isVaultError } from './vault-error.ts'
import { formatWrappedKey, parseWrappedKey } from './wrapped-key-text.ts'

const context = Buffer.from('context')
const [first, second] = [randomBytes(32), randomBytes(32)]

const ringOf = (current: Buffer, ...others: Buffer[]) =>
  createKeyRing({ current: createHeldKeys({ current, others }), others: [] })

const codeOf = async (open: () => unknown): Promise<unknown> => {
  try {
    await open()
    return 'opened'
  } catch (error) {
    return isVaultError(error) ? error.code : error
  }
}

describe('the key ring', () => {
  it('should write under the current key and read what a retired one wrote', async () => {
    const dataKey = randomBytes(32)
    const before = ringOf(first)
    const after = ringOf(second, first)
    const wrapped = parseWrappedKey(formatWrappedKey(await before.wrap(dataKey, context)))
    expect(await after.unwrap(wrapped, context)).toEqual(dataKey)
    expect((await after.wrap(dataKey, context)).keyId).toBe(after.currentId)
    expect(after.ids).toEqual([after.currentId, before.currentId])
  })

  it('should tell a key it does not have from a wrap that was changed', async () => {
    const ring = ringOf(first)
    const wrapped = await ring.wrap(randomBytes(32), context)
    const other = ringOf(second)
    expect(await codeOf(() => other.unwrap(wrapped, context))).toBe('unknown_key')
    expect(await codeOf(() => other.unwrap({ ...wrapped, keyId: other.currentId }, context))).toBe('does_not_open')
    expect(await codeOf(() => ring.unwrap(wrapped, Buffer.from('elsewhere')))).toBe('does_not_open')
  })

  it('should show nothing of its keys', () => {
    const ring = ringOf(first, second)
    const shown = JSON.stringify(ring) + ring.ids.join()
    for (const key of [first, second]) {
      expect(shown).not.toContain(key.toString('hex').slice(0, 16))
      expect(shown).not.toContain(key.toString('base64').slice(0, 16))
    }
  })
})
