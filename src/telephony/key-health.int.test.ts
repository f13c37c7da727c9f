import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { flushKeyOutcomes } from '../key-health/index.ts'
import { createCallRig } from '../testing/call-rig.ts'
import type { CallDocument, CallRig, Workspace } from '../testing/call-rig.ts'
import { listenToAgent } from '../testing/heard-speech.ts'

const PATIENCE_MS = 60_000

type KeyDoc = { provider: string; status: string; message: string; [field: string]: unknown }
type UsageBody = {
  days: { day: string; uses: number; calls: number }[]
  totals: {
    uses: number
    failed: number
    successRate: number | null
    calls: number
    failures: Record<string, number>
    quantities: { kind: string; unit: string; quantity: number }[]
  }
  balance: { current: number; unit: string } | null
}

let rig: CallRig
beforeAll(async () => {
  rig = await createCallRig({ tenants: 5, agent: { greeting: 'Hello, who is it?' } })
}, PATIENCE_MS)
afterAll(() => rig?.close())

const tenantOf = (index: number) => rig.workspaces[index] as Workspace

async function keyOf(tenant: Workspace, provider: string): Promise<KeyDoc> {
  await flushKeyOutcomes(rig.server.payload)
  const { body } = await tenant.as('get', '/api/user-api-keys').expect(200)
  return body.docs.find((doc: KeyDoc) => doc.provider === provider)
}

async function alertsOf(tenant: Workspace): Promise<{ kind: string; provider: string; to: string; isOpen: boolean }[]> {
  await flushKeyOutcomes(rig.server.payload)
  const { body } = await tenant.as('get', '/api/alerts?sort=createdAt').expect(200)
  return body.docs.map(({ kind, provider, to, resolvedAt }: Record<string, string | null>) => ({
    kind,
    provider,
    to,
    isOpen: !resolvedAt,
  }))
}

async function usageOf(tenant: Workspace, provider: string): Promise<UsageBody> {
  await flushKeyOutcomes(rig.server.payload)
  const { body } = await tenant.as('get', `/api/user-api-keys/${provider}/usage?days=2`).expect(200)
  return body
}

/** Calls, hears the greeting, says hello, and does something in between. */
async function talk(tenant: Workspace, meanwhile: () => void = () => {}): Promise<CallDocument> {
  const call = tenant.call()
  await call.streaming
  const { endMs } = await listenToAgent(call, { after: 0 })
  meanwhile()
  await call.say('hello').catch(() => {})
  if (!call.isEnded) await listenToAgent(call, { after: endMs }).catch(() => {})
  if (!call.isEnded) call.hangUp()
  await call.ended
  return tenant.closedCall(call)
}

describe('a key that is revoked in the middle of a call', () => {
  it(
    'should be refused from the next call on, before that is answered, until it works again',
    async () => {
      const tenant = tenantOf(0)
      const key = { key: tenant.keys.openai }
      const first = await talk(tenant, () => rig.openai.setFault('unauthorized', key))
      expect(first.endedReason).toBe('key-rejected')
      expect(await keyOf(tenant, 'openai')).toMatchObject({ status: 'rejected', lastFailureKind: 'rejected' })
      expect(await alertsOf(tenant)).toEqual([{ kind: 'key-state', provider: 'openai', to: 'rejected', isOpen: true }])

      const askedBefore = rig.openai.requests.length
      const second = tenant.call()
      await second.rejected
      expect((await tenant.closedCall(second)).endedReason).toBe('key-rejected')
      expect(
        tenant
          .commands()
          .map(({ action }) => action)
          .slice(-1),
      ).toEqual(['reject'])
      expect(rig.openai.requests.length).toBe(askedBefore)

      rig.openai.setFault(undefined, key)
      const { body } = await tenant.as('post', '/api/user-api-keys/validate').send({ provider: 'openai' }).expect(200)
      expect(body.check.status).toBe('valid')
      expect(await keyOf(tenant, 'openai')).toMatchObject({ status: 'valid' })
      expect(await alertsOf(tenant)).toEqual([{ kind: 'key-state', provider: 'openai', to: 'rejected', isOpen: false }])
      expect((await talk(tenant)).endedReason).toBe('caller-hangup')
    },
    PATIENCE_MS,
  )
})

describe('an account that runs out in a call', () => {
  it(
    'should come back by the first good answer after it was paid',
    async () => {
      const tenant = tenantOf(1)
      const key = { key: tenant.keys.openai }
      const empty = await talk(tenant, () => rig.openai.setFault('insufficient-quota', key))
      expect(empty.endedReason).toBe('out-of-credit')
      expect(await keyOf(tenant, 'openai')).toMatchObject({ status: 'out-of-credit' })
      rig.openai.setFault(undefined, key)
      expect((await talk(tenant)).endedReason).toBe('caller-hangup')
      expect(await keyOf(tenant, 'openai')).toMatchObject({ status: 'valid', lastFailureKind: 'out-of-credit' })
      expect(await alertsOf(tenant)).toEqual([
        { kind: 'key-state', provider: 'openai', to: 'out-of-credit', isOpen: false },
      ])
    },
    PATIENCE_MS,
  )
})

describe('a provider that is too busy', () => {
  it(
    'should leave the key good and be counted (check 25)',
    async () => {
      const tenant = tenantOf(2)
      const key = { key: tenant.keys.deepgram }
      rig.deepgram.setFault({ kind: 'refuse', status: 429 }, key)
      const call = tenant.call()
      await call.ended
      expect((await tenant.closedCall(call)).endedReason).toBe('provider-failed')
      rig.deepgram.setFault(undefined, key)
      expect(await keyOf(tenant, 'deepgram')).toMatchObject({ status: 'valid', lastFailureKind: 'rate-limited' })
      expect(await alertsOf(tenant)).toEqual([])
      const { totals } = await usageOf(tenant, 'deepgram')
      expect(totals).toMatchObject({ uses: 1, failed: 1, successRate: 0, calls: 1, failures: { 'rate-limited': 1 } })
    },
    PATIENCE_MS,
  )
})

describe('a carrier whose key is revoked', () => {
  it(
    'should be known by the first command that it refuses',
    async () => {
      const tenant = tenantOf(3)
      tenant.carrier.state = 'revoked'
      const call = tenant.call()
      const record = await tenant.closedCall(call)
      expect(record.endedReason).toBe('key-rejected')
      tenant.carrier.state = 'active'
      expect(await keyOf(tenant, 'telnyx')).toMatchObject({ status: 'rejected' })
      const second = tenant.call()
      await second.rejected
      expect((await tenant.closedCall(second)).endedReason).toBe('key-rejected')
    },
    PATIENCE_MS,
  )
})

describe('who pays for a call', () => {
  it(
    'should be told by key and day',
    async () => {
      const tenant = tenantOf(4)
      const call = await talk(tenant)
      expect(call.endedReason).toBe('caller-hangup')
      const [deepgram, openai, elevenlabs, telnyx] = [
        await usageOf(tenant, 'deepgram'),
        await usageOf(tenant, 'openai'),
        await usageOf(tenant, 'elevenlabs'),
        await usageOf(tenant, 'telnyx'),
      ]
      for (const { totals, days } of [deepgram, openai, elevenlabs, telnyx]) {
        expect(totals).toMatchObject({ failed: 0, successRate: 1, calls: 1, failures: {} })
        expect(totals.uses).toBeGreaterThan(0)
        expect(days.map(({ calls }) => calls)).toEqual([0, 1])
      }
      const used = (body: UsageBody) => body.totals.quantities.map(({ kind, unit }) => `${kind} ${unit}`)
      expect(used(deepgram)).toEqual(['stt seconds'])
      expect(used(openai)).toEqual(expect.arrayContaining(['llm input-tokens', 'llm output-tokens']))
      expect(used(elevenlabs)).toEqual(['tts characters'])
      expect(used(telnyx)).toEqual(['telephony seconds'])

      const { body } = await tenant.as('get', '/api/usage?depth=0&limit=100').expect(200)
      const paidBy = new Map(call.receipt?.map(({ provider, credentialId }) => [provider, credentialId]))
      for (const row of body.docs as { provider: string; credentialId: string }[]) {
        expect(row.credentialId).toBe(paidBy.get(row.provider))
      }
    },
    PATIENCE_MS,
  )
})
