import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { compositionOf } from '../../composition.ts'
import { loadEnvironment } from '../../env/index.ts'
import type { TestServer } from '../../testing/boot.ts'
import { createFleet, openSeeded, seedVault, wrappersOf } from '../../testing/vault-rig.ts'
import type { Fleet, SeededKey } from '../../testing/vault-rig.ts'
import { fingerprintOfKey, listLiveNodes, rotateKeyEncryptionKey } from '../index.ts'
import type { RotationStep } from '../index.ts'

let cwd: string
let fleet: Fleet
let server: TestServer
let keys: SeededKey[]

/** One more server on that installation; its signs of life are as quick as a test wants them. */
const boot = (heartbeatMs = 50) => fleet.boot(installed(), { heartbeatMs })

/** The settings of an installation that keeps its secrets in `data/secrets.json`, for one more process of it. */
const installed = (variables: Record<string, string> = {}) => {
  const { encryptionKey, encryptionKeyFile, encryptionKeysRetired } = loadEnvironment(variables, { cwd })
  return { encryptionKey, encryptionKeyFile, encryptionKeysRetired }
}
const secretsFile = () => path.join(cwd, 'data', 'secrets.json')
const readSecrets = () => JSON.parse(readFileSync(secretsFile(), 'utf8'))
const idOf = (text: string) => fingerprintOfKey(Buffer.from(text, 'base64'))
const ringOf = ({ payload }: TestServer) => compositionOf(payload).vault.keyRing
const openAll = async ({ payload } = server) => {
  for (const key of keys) await openSeeded(payload, key)
}

beforeEach(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), 'patchbay-install-'))
  fleet = createFleet()
  server = await boot()
  keys = await seedVault({ payload: server.payload, tenants: 5 })
})
afterEach(async () => {
  await fleet.close()
  rmSync(cwd, { recursive: true, force: true })
})

describe('rotating the key of a local installation', () => {
  it('should make a new key, let a running server learn it, bring everything under it and keep the former one', async () => {
    const before = readSecrets()
    const steps: RotationStep[] = []
    const tool = await boot()
    const report = await rotateKeyEncryptionKey({
      payload: tool.payload,
      onProgress({ step }) {
        if (steps.at(-1) !== step) steps.push(step)
        // What a staged key is for: it can be read with before anything is written with it.
        if (step === 'promoted') expect(ringOf(server).ids).toContain(idOf(readSecrets().encryptionKey))
      },
    })
    const after = readSecrets()
    const [newId, oldId] = [idOf(after.encryptionKey), idOf(before.encryptionKey)]
    expect(report).toMatchObject({
      state: 'finished',
      target: newId,
      place: secretsFile(),
      rewrapped: 6,
      stragglers: [],
    })
    expect(report.retired).toEqual([{ keyId: oldId, neededBy: 0 }])
    expect(steps.filter((step) => step !== 'waiting')).toEqual([
      'staged',
      'announced',
      'promoted',
      'rewrapping',
      'finished',
    ])
    expect(after).toEqual({
      payloadSecret: before.payloadSecret,
      encryptionKey: expect.any(String),
      encryptionKeysRetired: [before.encryptionKey],
    })
    expect(newId).not.toBe(oldId)
    expect(statSync(secretsFile()).mode & 0o777).toBe(0o600)
    expect(await wrappersOf(server.payload)).toEqual([newId])
    await openAll()
    await openAll(tool)
    keys.push(...(await seedVault({ payload: server.payload, tenants: 1 })))
    expect(await wrappersOf(server.payload)).toEqual([newId])
    await openAll(await boot())
  })

  it('should change neither file nor database in a dry run', async () => {
    const before = readFileSync(secretsFile(), 'utf8')
    const report = await rotateKeyEncryptionKey({ payload: server.payload, dryRun: true })
    expect(report).toMatchObject({
      state: 'dry-run',
      target: undefined,
      place: secretsFile(),
      rewrapped: 6,
      retired: [],
    })
    expect(readFileSync(secretsFile(), 'utf8')).toBe(before)
    expect(await wrappersOf(server.payload)).toEqual([idOf(readSecrets().encryptionKey)])
  })

  it('should drop the former key only when asked and nothing needs it; a backup then needs it', async () => {
    const copy = path.join(cwd, 'copy.json')
    copyFileSync(secretsFile(), copy)
    const formerId = idOf(readSecrets().encryptionKey)
    await rotateKeyEncryptionKey({ payload: server.payload })
    const report = await rotateKeyEncryptionKey({ payload: server.payload, dropRetired: true })
    expect(report.dropped).toContain(formerId)
    expect(report.retired).toEqual([])
    expect(readSecrets().encryptionKeysRetired).toBeUndefined()
    expect(ringOf(server).ids).toEqual([report.target])
    await openAll()
    copyFileSync(copy, secretsFile())
    await expect(boot()).rejects.toThrow(`needs the key with the fingerprint ${report.target}`)
  })

  it('should go on with the same new key after a stop at any step', async () => {
    const stops: RotationStep[] = ['staged', 'announced', 'promoted', 'rewrapping', 'finished', 'dropped']
    for (const stop of stops) {
      const before = readSecrets()
      const tool = await boot()
      const onProgress = ({ step }: { step: RotationStep }) => {
        if (step === stop) throw new Error(`stopped at ${stop}`)
      }
      const options = { payload: tool.payload, dropRetired: true }
      await expect(rotateKeyEncryptionKey({ ...options, onProgress })).rejects.toThrow(`stopped at ${stop}`)
      const half = readSecrets()
      await openAll()
      await openAll(tool)
      await fleet.stop(tool)

      const again = await boot()
      await openAll(again)
      const report = await rotateKeyEncryptionKey({ ...options, payload: again.payload })
      expect(report.state).toBe('finished')
      const isOver = stop === 'finished' || stop === 'dropped'
      const expected = half.encryptionKeyStaged ?? half.encryptionKey
      if (!isOver) expect([stop, report.target]).toEqual([stop, idOf(expected)])
      expect(report.target).not.toBe(idOf(before.encryptionKey))
      expect(readSecrets().encryptionKeyStaged).toBeUndefined()
      expect(await wrappersOf(again.payload)).toEqual([report.target])
      await openAll()
      await fleet.stop(again)
    }
  })

  it('should agree on one new key where two begin at once', async () => {
    const tools = [await boot(), await boot()]
    const reports = await Promise.all(tools.map(({ payload }) => rotateKeyEncryptionKey({ payload })))
    expect(new Set(reports.map(({ target }) => target)).size).toBe(1)
    expect(reports.map(({ state }) => state)).toEqual(['finished', 'finished'])
    expect(readSecrets().encryptionKeysRetired).toHaveLength(1)
    await openAll()
  })

  it('should wait for a server that does not read the file, then refuse, and say so by name', async () => {
    const { encryptionKey } = installed()
    const own = (await listLiveNodes(server.payload)).map(({ name }) => name)
    const stranger = await fleet.boot({ encryptionKey })
    expect(ringOf(stranger).succession).toBeUndefined()
    const names = new Set((await listLiveNodes(server.payload)).map(({ name }) => name))
    for (const name of own) names.delete(name)
    const [blind] = names
    const waitedFor: string[] = []
    const error: unknown = await rotateKeyEncryptionKey({
      payload: server.payload,
      waitMs: 700,
      onProgress: ({ waitingFor = [] }) => void waitedFor.push(...waitingFor),
    }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'nodes_behind', message: expect.stringContaining(secretsFile()) })
    expect(blind && waitedFor.includes(blind)).toBeTruthy()
    expect(idOf(readSecrets().encryptionKey)).toBe(fingerprintOfKey(encryptionKey))
    await openAll()
  })
})

describe('a key file that somebody else writes', () => {
  it('should be read again by a server that meets a key it does not know, and when it looks', async () => {
    const [oldKey, newKey] = [randomBytes(32), randomBytes(32)]
    const file = path.join(cwd, 'key')
    writeFileSync(file, `# the vault's key\n${oldKey.toString('base64')}\n`)
    await fleet.close()
    fleet = createFleet()
    const variables = { ENCRYPTION_KEY_FILE: file }
    server = await fleet.boot(installed(variables))
    keys = await seedVault({ payload: server.payload, tenants: 3 })

    writeFileSync(file, `${newKey.toString('hex')}\n\n${oldKey.toString('base64')}\n`)
    const tool = await fleet.boot(installed(variables))
    const report = await rotateKeyEncryptionKey({ payload: tool.payload, force: true })
    expect(report).toMatchObject({ state: 'unfinished', target: fingerprintOfKey(newKey), rewrapped: 4 })
    expect(ringOf(server).ids).toEqual([fingerprintOfKey(oldKey)])
    await openAll()
    expect(ringOf(server).currentId).toBe(fingerprintOfKey(newKey))

    writeFileSync(file, 'damaged')
    await expect(ringOf(server).refresh()).rejects.toMatchObject({ code: 'environment_invalid' })
    await openAll()
    writeFileSync(file, newKey.toString('hex'))
    await ringOf(server).refresh()
    expect(ringOf(server).ids).toEqual([fingerprintOfKey(newKey)])
    await openAll()
  })
})
