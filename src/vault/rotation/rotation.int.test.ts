import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { VAULT_DATA_KEYS, VAULT_ROTATIONS } from '../../collections/slugs.ts'
import type { TestServer } from '../../testing/boot.ts'
import { createFleet, openSeeded, readWraps, restoreWraps, seedVault, wrappersOf } from '../../testing/vault-rig.ts'
import type { Fleet, SeededKey } from '../../testing/vault-rig.ts'
import { fingerprintOfKey, listLiveNodes, rotateKeyEncryptionKey } from '../index.ts'

const [oldKey, newKey] = [randomBytes(32), randomBytes(32)]
const [oldId, newId] = [fingerprintOfKey(oldKey), fingerprintOfKey(newKey)]
const BEFORE = { encryptionKey: oldKey, encryptionKeysRetired: [] }
const STAGED = { encryptionKey: oldKey, encryptionKeysRetired: [newKey] }
const PROMOTED = { encryptionKey: newKey, encryptionKeysRetired: [oldKey] }
const RETIRED = { encryptionKey: newKey, encryptionKeysRetired: [] }

let fleet: Fleet
let first: TestServer
let keys: SeededKey[]
beforeEach(async () => {
  fleet = createFleet()
  first = await fleet.boot(STAGED)
  keys = await seedVault({ payload: first.payload, tenants: 6, providers: ['openai', 'deepgram'] })
})
afterEach(() => fleet.close())

const openAll = async ({ payload }: TestServer, wanted = keys) => {
  for (const key of wanted) await openSeeded(payload, key)
}
const rotations = async ({ payload } = first) =>
  (await payload.db.find<{ id: number; state: string }>({ collection: VAULT_ROTATIONS, limit: 0 })).docs
const nameOf = async (server: TestServer) => {
  const mine = compositionKeys(server)
  const node = (await listLiveNodes(server.payload)).find(({ writesUnder }) => writesUnder === mine)
  return node?.name ?? 'no such node'
}
const compositionKeys = ({ environment }: TestServer) => fingerprintOfKey(environment.encryptionKey)
const refusal = (environment: Parameters<Fleet['boot']>[0]) =>
  fleet.boot(environment).then(
    () => 'it started',
    (error: Error) => error.message,
  )
/** Stops a rotation where the given number of rows was looked at. */
const stopAfter = (rows: number) => {
  let seen = 0
  return ({ step }: { step: string }) => {
    if (step === 'rewrapping' && ++seen === rows) throw new Error('stopped')
  }
}

describe('rotating the key-encryption key', () => {
  it('should replace every wrap, while servers open keys, and finish when none writes under the former', async () => {
    const second = await fleet.boot(PROMOTED)
    const report = await rotateKeyEncryptionKey({ payload: second.payload })
    expect(report).toMatchObject({ state: 'unfinished', target: newId, total: 7, rewrapped: 7, failures: [] })
    expect(report.stragglers.map(({ name }) => name)).toEqual([await nameOf(first)])
    expect(await wrappersOf(first.payload)).toEqual([newId])
    await openAll(first)
    await openAll(second)
    expect(await rotations()).toMatchObject([{ keyId: newId, state: 'running' }])

    keys.push(...(await seedVault({ payload: first.payload, tenants: 1 })))
    expect(await wrappersOf(first.payload)).toEqual([oldId, newId].sort())
    await fleet.stop(first)
    const last = await rotateKeyEncryptionKey({ payload: second.payload })
    expect(last).toMatchObject({ state: 'finished', total: 8, rewrapped: 1, already: 7, stragglers: [] })
    expect(last.retired).toEqual([{ keyId: oldId, neededBy: 0 }])
    expect(await rotations(second)).toMatchObject([{ keyId: newId, state: 'finished' }])
    expect(await wrappersOf(second.payload)).toEqual([newId])
    await openAll(second)
  })

  it('should find nothing to do a second time, and change nothing', async () => {
    await fleet.stop(first)
    const { payload } = await fleet.boot(PROMOTED)
    await rotateKeyEncryptionKey({ payload })
    const before = await readWraps(payload)
    expect(await rotateKeyEncryptionKey({ payload })).toMatchObject({ state: 'finished', rewrapped: 0, already: 7 })
    expect(await readWraps(payload)).toEqual(before)
  })

  it('should only count in a dry run', async () => {
    await fleet.stop(first)
    const { payload } = await fleet.boot(PROMOTED)
    const before = await readWraps(payload)
    const steps = new Set<string>()
    const onProgress = ({ step }: { step: string }) => void steps.add(step)
    const report = await rotateKeyEncryptionKey({ payload, dryRun: true, onProgress })
    expect(report).toMatchObject({ state: 'dry-run', target: newId, total: 7, rewrapped: 7, already: 0, failures: [] })
    expect(report.retired).toEqual([{ keyId: oldId, neededBy: 7 }])
    expect([...steps]).toEqual(['rewrapping'])
    expect(await readWraps(payload)).toEqual(before)
    expect(await payload.db.find({ collection: VAULT_ROTATIONS, limit: 0 })).toMatchObject({ docs: [] })
  })

  it('should refuse, by name, while a server cannot read the new key; and go on where that is overridden', async () => {
    const blind = await fleet.boot(BEFORE)
    await fleet.stop(first)
    const second = await fleet.boot(PROMOTED)
    const before = await readWraps(second.payload)
    const error: unknown = await rotateKeyEncryptionKey({ payload: second.payload }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'nodes_behind', message: expect.stringContaining(await nameOf(blind)) })
    expect(String(error)).toContain(newId)
    expect(await readWraps(second.payload)).toEqual(before)
    expect(await rotations(second)).toEqual([])
    await openAll(blind)

    const report = await rotateKeyEncryptionKey({ payload: second.payload, force: true })
    expect(report).toMatchObject({ state: 'unfinished', rewrapped: 7 })
    await expect(openAll(blind)).rejects.toMatchObject({ code: 'wrong_encryption_key' })
    await openAll(second)
  })

  it('should be harmless with two runners at once', async () => {
    await fleet.stop(first)
    const [one, other] = [await fleet.boot(PROMOTED), await fleet.boot(PROMOTED)]
    const reports = await Promise.all([one, other].map(({ payload }) => rotateKeyEncryptionKey({ payload })))
    expect(reports.map(({ state }) => state)).toEqual(['finished', 'finished'])
    expect(reports.reduce((sum, { rewrapped }) => sum + rewrapped, 0)).toBe(7)
    expect(await wrappersOf(one.payload)).toEqual([newId])
    await openAll(other)
  })

  it('should stop where another rotation began, with nothing lost', async () => {
    await fleet.stop(first)
    const thirdKey = randomBytes(32)
    const all = { encryptionKeysRetired: [oldKey, newKey, thirdKey] }
    const [one, other] = [
      await fleet.boot({ ...all, encryptionKey: newKey }),
      await fleet.boot({ ...all, encryptionKey: thirdKey }),
    ]
    let later: Promise<unknown> | undefined
    const error: unknown = await rotateKeyEncryptionKey({
      payload: one.payload,
      async onProgress({ step }) {
        if (step !== 'rewrapping') return
        later ??= rotateKeyEncryptionKey({ payload: other.payload })
        await later
        await new Promise((resolve) => setTimeout(resolve, 300))
      },
    }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'rotation_superseded' })
    await fleet.stop(one)
    expect(await rotateKeyEncryptionKey({ payload: other.payload })).toMatchObject({ state: 'finished' })
    expect(await wrappersOf(other.payload)).toEqual([fingerprintOfKey(thirdKey)])
    expect((await rotations(other)).map(({ state }) => state).sort()).toEqual(['finished', 'superseded'])
    await openAll(other)
  })
})

describe('rows that do not open', () => {
  it('should be named and left as they are, and keep nothing else from being done', async () => {
    await fleet.stop(first)
    const { payload } = await fleet.boot(PROMOTED)
    const wraps = (await readWraps(payload)).filter(({ collection }) => collection === VAULT_DATA_KEYS)
    const damages = [
      { reason: 'changed', wrapped: (text: string) => `${text.slice(0, -8)}AAAAAAAA` },
      { reason: 'changed', wrapped: () => 'not a wrap' },
      { reason: 'encryption-key-missing', wrapped: (text: string) => text.replace(oldId, '0123456789abcdef') },
    ]
    const damaged = wraps.slice(0, damages.length).map((row, index) => ({
      ...row,
      wrapped: damages[index]?.wrapped(row.wrapped) ?? '',
    }))
    await restoreWraps(payload, damaged)

    const report = await rotateKeyEncryptionKey({ payload })
    expect(report).toMatchObject({ state: 'finished', total: 7, rewrapped: 4, already: 0 })
    expect(report.failures).toEqual(
      damaged.map(({ tenant, keyId }, index) => ({
        collection: VAULT_DATA_KEYS,
        tenant,
        dataKey: keyId,
        reason: damages[index]?.reason,
        wrappedBy: [oldId, undefined, '0123456789abcdef'][index],
      })),
    )
    expect(report.retired).toEqual([{ keyId: oldId, neededBy: 1 }])
    expect((await readWraps(payload)).slice(0, 3).map(({ wrapped }) => wrapped)).toEqual(
      damaged.map(({ wrapped }) => wrapped),
    )
    const lost = new Set(damaged.map(({ tenant }) => tenant))
    await openAll(
      { ...first, payload },
      keys.filter(({ tenant }) => !lost.has(String(tenant))),
    )
  })
})

describe('after a rotation', () => {
  it('should open nothing with the former key, and say which one the data needs', async () => {
    await fleet.stop(first)
    const second = await fleet.boot(PROMOTED)
    const backup = await readWraps(second.payload)
    await rotateKeyEncryptionKey({ payload: second.payload })
    await fleet.stop(second)
    expect(await refusal(BEFORE)).toContain(`its data needs the key with the fingerprint ${newId}`)

    const third = await fleet.boot(RETIRED)
    await openAll(third)
    await restoreWraps(third.payload, backup)
    await expect(openAll(third)).rejects.toMatchObject({ code: 'wrong_encryption_key' })
    await fleet.stop(third)
    const restored = await fleet.boot(PROMOTED)
    await openAll(restored)
  })

  it('should tell a start that the rotation is half done and the former key missing, until it is finished', async () => {
    await fleet.stop(first)
    const second = await fleet.boot(PROMOTED)
    await expect(rotateKeyEncryptionKey({ payload: second.payload, onProgress: stopAfter(4) })).rejects.toThrow(
      'stopped',
    )
    expect(await wrappersOf(second.payload)).toEqual([oldId, newId].sort())
    await openAll(second)
    await fleet.stop(second)

    const sentence = await refusal(RETIRED)
    expect(sentence).toContain(`The rotation to the encryption key with the fingerprint ${newId} is not finished`)
    expect(sentence).toContain(oldId)
    expect(await refusal(BEFORE)).toContain('is under way, and this process does not have that key')

    const third = await fleet.boot(PROMOTED)
    await openAll(third)
    expect(await rotateKeyEncryptionKey({ payload: third.payload })).toMatchObject({ state: 'finished' })
    await fleet.stop(third)
    await openAll(await fleet.boot(RETIRED))
  })

  it('should miss the former key also where only data keys are left under it', async () => {
    await fleet.stop(first)
    const second = await fleet.boot(PROMOTED)
    const [before] = await readWraps(second.payload)
    await expect(rotateKeyEncryptionKey({ payload: second.payload, onProgress: stopAfter(7) })).rejects.toThrow()
    if (before) await restoreWraps(second.payload, [before])
    await fleet.stop(second)
    expect(await refusal(RETIRED)).toContain(oldId)
  })
})
