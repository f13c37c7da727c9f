import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createDeepgramSimulator } from '../../simulators/deepgram/index.ts'
import { createElevenLabsSimulator } from '../../simulators/elevenlabs/index.ts'
import { createTelnyxSimulator } from '../../simulators/telnyx/index.ts'
import { createKeys, createWorkspace } from '../testing/call-rig.ts'
import type { ProviderKeys, Workspace } from '../testing/call-rig.ts'
import { listenToAgent } from '../testing/heard-speech.ts'
import { bootAttackRig } from './testing/attack-rig.ts'
import type { AttackRig } from './testing/attack-rig.ts'
import type { HostileBehaviour } from './testing/hostile-provider.ts'
import { readDisk } from './testing/scan-database.ts'

const PATIENCE_MS = 60_000

type Telnyx = Awaited<ReturnType<typeof createTelnyxSimulator>>
type Setting = { rig: AttackRig; telnyx: Telnyx; keys: ProviderKeys[]; close(): Promise<void> }

/** The product between a good carrier and a hostile provider; of those in `good` simulators stand for. */
async function bootCalls({
  tenants,
  isListeningGood,
}: {
  tenants: number
  isListeningGood: boolean
}): Promise<Setting> {
  const keys = Array.from({ length: tenants }, createKeys)
  const telnyx = await createTelnyxSimulator({ accounts: keys.map((key) => ({ apiKey: key.telnyx })) })
  const deepgram = await createDeepgramSimulator({
    keys: Object.fromEntries(keys.map((key) => [key.deepgram, { projectName: 'Project', state: 'valid' as const }])),
  })
  const elevenlabs = await createElevenLabsSimulator({
    keys: Object.fromEntries(keys.map((key) => [key.elevenlabs, {}])),
  })
  const good: Record<string, string> = isListeningGood
    ? { deepgram: deepgram.origin, elevenlabs: elevenlabs.origin }
    : {}
  const rig = await bootAttackRig({ a: [], b: [], environment: { baseUrls: { telnyx: telnyx.origin, ...good } } })
  for (const [index, key] of keys.entries()) {
    for (const [provider, secret] of Object.entries(key)) rig.addCanary(`${index} ${provider}`, secret)
  }
  return {
    rig,
    telnyx,
    keys,
    async close() {
      await telnyx.close()
      await rig.close()
      await Promise.all([deepgram.close(), elevenlabs.close()])
    },
  }
}

/** One call while the provider gives keys back; then all that is left of it. */
async function attackCall(
  { rig, telnyx, keys }: Setting,
  { index, behaviour, says }: { index: number; behaviour: HostileBehaviour; says?: string },
): Promise<Workspace> {
  const key = keys[index]
  if (!key) throw new Error('No such tenant')
  rig.hostile.behaviour = { kind: 'accept' }
  const tenant = await createWorkspace({ server: rig.server, telnyx, keys: key, index })
  rig.hostile.behaviour = behaviour
  const before = rig.hostile.requests.length
  const call = tenant.call()
  if (says) {
    await call.streaming
    await listenToAgent(call, { after: 0 })
    await call.say(says)
  }
  const end = await call.ended
  const record = await tenant.closedCall(call)
  expect(record.endedReason).toMatch(/^(key-rejected|provider-failed)$/)
  expect(rig.scan(rig.hostile.requests.slice(before).join('\n'))).not.toEqual([])

  expect(rig.scan(JSON.stringify([end, record]))).toEqual([])
  const paths = [
    `calls/${record.id}?depth=3`,
    'calls?depth=3',
    'user-api-keys',
    'provider-keys?depth=3',
    'audit-log?limit=0',
    'alerts?limit=0',
    'usage?limit=0',
    'user-api-keys/deepgram/usage',
    'user-api-keys/deepgram/history',
  ]
  for (const path of paths) {
    const { text } = await tenant.as('get', `/api/${path}`)
    expect([path, rig.scan(text)]).toEqual([path, []])
  }
  expect(rig.scanLog()).toEqual([])
  for (const bytes of Object.values(await readDisk(rig.server))) expect(rig.scan(bytes)).toEqual([])
  return tenant
}

describe('check 16: keys given back in the middle of a call', () => {
  let setting: Setting
  beforeAll(async () => {
    setting = await bootCalls({ tenants: 3, isListeningGood: false })
  }, PATIENCE_MS)
  afterAll(() => setting?.close())

  it.each([
    [0, 401],
    [1, 500],
    [2, 200],
  ])(
    'check 16: by tenant %i’s speech providers, on their sockets, answered with %i, reach no record, log or close reason',
    (index, status) => attackCall(setting, { index, behaviour: { kind: 'echo', status } }),
    PATIENCE_MS,
  )
})

describe('check 16: keys given back by the language model', () => {
  let setting: Setting
  beforeAll(async () => {
    setting = await bootCalls({ tenants: 2, isListeningGood: true })
  }, PATIENCE_MS)
  afterAll(() => setting?.close())

  it.each([
    [0, 401],
    [1, 500],
  ])(
    'check 16: to tenant %i with status %i, reach nothing of the call',
    (index, status) => attackCall(setting, { index, behaviour: { kind: 'echo', status }, says: 'opening-hours' }),
    PATIENCE_MS,
  )
})
