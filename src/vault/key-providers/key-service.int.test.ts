import { randomBytes, randomUUID } from 'node:crypto'
import { setImmediate as farAway } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { compositionOf } from '../../composition.ts'
import { createFleet, openSeeded, readWraps, seedVault, wrappersOf } from '../../testing/vault-rig.ts'
import type { Fleet } from '../../testing/vault-rig.ts'
import { fingerprintOfKey, resolveForUse, rotateKeyEncryptionKey } from '../index.ts'
import { createHeldKeys } from './held-keys.ts'
import type { KeyProvider } from './key-provider.ts'

/** A service that keeps its keys to itself and answers to tickets, as a cloud's does over a network. */
function createKeyService() {
  const vault = new Map<string, { plaintext: Buffer; context: Buffer }>()
  const service = {
    asked: 0,
    isDown: false,
    async encrypt(plaintext: Buffer, context: Buffer): Promise<Buffer> {
      await service.answer()
      const ticket = randomUUID()
      vault.set(ticket, { plaintext: Buffer.from(plaintext), context: Buffer.from(context) })
      return Buffer.from(ticket)
    },
    async decrypt(ticket: Buffer, context: Buffer): Promise<Buffer> {
      await service.answer()
      const kept = vault.get(ticket.toString())
      if (!kept?.context.equals(context)) throw new Error('No such ticket for that context')
      return Buffer.from(kept.plaintext)
    },
    async answer() {
      await farAway()
      service.asked += 1
      if (service.isDown) throw new Error('The key service does not answer')
    },
  }
  return service
}
type KeyService = ReturnType<typeof createKeyService>

/** All that a product needs to keep its keys there. */
const createServiceKeys = (service: KeyService, id: string): KeyProvider => ({
  id,
  wrap: async (plaintext, context) => ({ keyId: id, sealed: await service.encrypt(plaintext, context) }),
  unwrap: ({ sealed }, context) => service.decrypt(sealed, context),
})

let fleet: Fleet
let service: KeyService
beforeEach(() => {
  fleet = createFleet()
  service = createKeyService()
})
afterEach(() => fleet.close())

describe('a key service over a network', () => {
  it('should keep data keys, be asked once a minute for each, and take over from keys in the environment', async () => {
    const former = randomBytes(32)
    const held = createHeldKeys({ current: former, others: [] })
    const first = await fleet.boot({ encryptionKey: former })
    const seeded = await seedVault({ payload: first.payload, tenants: 4 })
    await fleet.stop(first)

    const kms = createServiceKeys(service, 'kms:region-1/key-7')
    const { payload } = await fleet.boot({}, { keyProviders: { current: kms, others: [held] } })
    const report = await rotateKeyEncryptionKey({ payload })
    expect(report).toMatchObject({ state: 'finished', target: 'kms:region-1/key-7', rewrapped: 5, place: undefined })
    expect(report.retired).toEqual([{ keyId: fingerprintOfKey(former), neededBy: 0 }])
    expect(await wrappersOf(payload)).toEqual(['kms:region-1/key-7'])
    seeded.push(...(await seedVault({ payload, tenants: 1 })))
    for (const key of seeded) await openSeeded(payload, key)

    service.asked = 0
    const [{ tenant, provider } = { tenant: 0, provider: '' }] = seeded
    for (let use = 0; use < 5; use++) await resolveForUse({ payload, tenant, provider, purpose: 'call' })
    expect(service.asked).toBe(0)
  })

  it('should be rotated from one of its keys to another', async () => {
    const [older, newer] = ['kms:a', 'kms:b'].map((id) => createServiceKeys(service, id))
    if (!older || !newer) throw new Error('No providers')
    const first = await fleet.boot({}, { keyProviders: { current: older, others: [newer] } })
    const seeded = await seedVault({ payload: first.payload, tenants: 3 })
    await fleet.stop(first)
    const { payload } = await fleet.boot({}, { keyProviders: { current: newer, others: [older] } })
    expect(await rotateKeyEncryptionKey({ payload })).toMatchObject({
      state: 'finished',
      target: 'kms:b',
      rewrapped: 4,
    })
    for (const key of seeded) await openSeeded(payload, key)
  })

  it('should lose nothing while it does not answer: no key is marked as unreadable, and a rotation goes on later', async () => {
    const kms = createServiceKeys(service, 'kms:a')
    const next = createHeldKeys({ current: randomBytes(32), others: [] })
    const first = await fleet.boot({}, { keyProviders: { current: kms, others: [next] } })
    const [key] = await seedVault({ payload: first.payload, tenants: 1 })
    if (!key) throw new Error('No key')
    await fleet.stop(first)
    const { payload } = await fleet.boot({}, { keyProviders: { current: next, others: [kms] } })
    const before = await readWraps(payload)
    service.isDown = true
    await expect(openSeeded(payload, key)).rejects.toThrow('The key service does not answer')
    await expect(rotateKeyEncryptionKey({ payload })).rejects.toThrow('The key service does not answer')
    expect(await readWraps(payload)).toEqual(before)
    service.isDown = false
    await openSeeded(payload, key)
    expect(await rotateKeyEncryptionKey({ payload })).toMatchObject({ state: 'finished', rewrapped: 2 })
    compositionOf(payload).vault.dispose()
    await openSeeded(payload, key)
  })
})
