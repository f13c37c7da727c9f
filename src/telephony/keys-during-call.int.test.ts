import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { CallEnd, CallHandle } from '../../simulators/telnyx/index.ts'
import { getRuntime } from '../server/runtime.ts'
import { createCallRig } from '../testing/call-rig.ts'
import type { CallDocument, CallRig, Workspace } from '../testing/call-rig.ts'
import { eventOf, postWebhook } from '../testing/carrier-webhooks.ts'
import { listenToAgent } from '../testing/heard-speech.ts'
import { waitUntil } from '../testing/wait-until.ts'

/** For all the calls of this suite, on a machine that has much else to do. */
const PATIENCE_MS = 120_000

type Setting = { rig: CallRig; tenant: Workspace }

type Scenario = {
  what: string
  /** Done before the call. */
  spoil?(setting: Setting): void
  /** A key that goes away once the carrier has answered, before it opens the stream. */
  deletes?: string
  /** The failure shows only when the caller has said something. */
  needsTurn?: boolean
  provider: string
  endedReason: string
  close: [number, string]
}

const forKeyOf = (tenant: Workspace, provider: 'deepgram' | 'openai' | 'elevenlabs') => ({ key: tenant.keys[provider] })

/** The carrier answers and says so only when the key is gone. */
async function callWithout(provider: string, tenant: Workspace): Promise<CallHandle> {
  const { carrier } = tenant
  const url = carrier.webhookUrl ?? ''
  const call = tenant.call()
  // The news of the call is on its way; what follows stays untold.
  carrier.webhookUrl = undefined
  await call.answered
  await tenant.as('delete', `/api/user-api-keys/${provider}?confirm=true`).expect(200)
  carrier.webhookUrl = url
  await postWebhook({ url, signer: carrier, body: eventOf(call, 'call.answered') })
  return call
}

const SCENARIOS: Scenario[] = [
  {
    what: 'the Deepgram key was deleted meanwhile',
    deletes: 'deepgram',
    provider: 'deepgram',
    endedReason: 'key-missing',
    close: [1011, 'Deepgram API key not configured'],
  },
  {
    what: 'the ElevenLabs key was deleted meanwhile',
    deletes: 'elevenlabs',
    provider: 'elevenlabs',
    endedReason: 'key-missing',
    close: [1011, 'ElevenLabs API key not configured'],
  },
  {
    what: 'Deepgram refuses the key at the handshake',
    spoil: ({ rig, tenant }) => rig.deepgram.setFault({ kind: 'refuse', status: 401 }, forKeyOf(tenant, 'deepgram')),
    provider: 'deepgram',
    endedReason: 'key-rejected',
    close: [1011, 'Deepgram API key rejected'],
  },
  {
    what: 'Deepgram takes the stream and then refuses the key',
    spoil: ({ rig, tenant }) => rig.deepgram.setFault({ kind: 'reject-after-open' }, forKeyOf(tenant, 'deepgram')),
    provider: 'deepgram',
    endedReason: 'key-rejected',
    close: [1011, 'Deepgram API key rejected'],
  },
  {
    what: 'OpenAI refuses the key in the first turn',
    spoil: ({ rig, tenant }) => rig.openai.setFault('unauthorized', forKeyOf(tenant, 'openai')),
    needsTurn: true,
    provider: 'openai',
    endedReason: 'key-rejected',
    close: [1011, 'OpenAI API key rejected'],
  },
  {
    what: 'ElevenLabs refuses the key at the handshake',
    spoil: ({ rig, tenant }) => rig.elevenlabs.setFault('unauthorized', forKeyOf(tenant, 'elevenlabs')),
    provider: 'elevenlabs',
    endedReason: 'key-rejected',
    close: [1011, 'ElevenLabs API key rejected'],
  },
  {
    what: 'ElevenLabs takes the socket and then refuses the key',
    spoil: ({ rig, tenant }) => rig.elevenlabs.setFault('reject-after-open', forKeyOf(tenant, 'elevenlabs')),
    provider: 'elevenlabs',
    endedReason: 'key-rejected',
    close: [1011, 'ElevenLabs API key rejected'],
  },
  {
    what: 'the Deepgram project has no credit',
    spoil: ({ rig, tenant }) => rig.deepgram.setFault({ kind: 'refuse', status: 402 }, forKeyOf(tenant, 'deepgram')),
    provider: 'deepgram',
    endedReason: 'out-of-credit',
    close: [1000, 'out-of-credit'],
  },
  {
    what: 'the OpenAI account has no quota',
    spoil: ({ rig, tenant }) => rig.openai.setFault('insufficient-quota', forKeyOf(tenant, 'openai')),
    needsTurn: true,
    provider: 'openai',
    endedReason: 'out-of-credit',
    close: [1000, 'out-of-credit'],
  },
  {
    what: 'the ElevenLabs account runs out in the middle of a sentence',
    spoil: ({ rig, tenant }) => rig.elevenlabs.setFault('quota-mid-stream', forKeyOf(tenant, 'elevenlabs')),
    provider: 'elevenlabs',
    endedReason: 'out-of-credit',
    close: [1000, 'out-of-credit'],
  },
]

/** All calls at once, each of a tenant of its own. */
describe('a call whose keys fail', () => {
  let rig: CallRig
  let outcomes: Map<string, { tenant: Workspace; end: CallEnd; record: CallDocument }>
  beforeAll(async () => {
    rig = await createCallRig({ tenants: SCENARIOS.length, agent: { greeting: 'Hello, who is it?' } })
    const run = async (scenario: Scenario, tenant: Workspace) => {
      scenario.spoil?.({ rig, tenant })
      const call = scenario.deletes ? await callWithout(scenario.deletes, tenant) : tenant.call()
      if (scenario.needsTurn) {
        await call.streaming
        const { endMs } = await listenToAgent(call, { after: 0 })
        expect(endMs).toBeGreaterThan(0)
        // The line may go dead before the trailing silence is spoken.
        await call.say('hello').catch(() => {})
      }
      const end = await call.ended
      return [scenario.what, { tenant, end, record: await tenant.closedCall(call) }] as const
    }
    outcomes = new Map(
      await Promise.all(SCENARIOS.map((scenario, index) => run(scenario, rig.workspaces[index] as Workspace))),
    )
    await rig.server.idle()
  }, PATIENCE_MS)
  afterAll(() => rig?.close())

  it.each(SCENARIOS.map((scenario) => [scenario.what, scenario] as const))(
    'should end with the reason when %s',
    (what, scenario) => {
      const outcome = outcomes.get(what)
      const { endedReason, provider } = scenario
      const [closeCode, closeReason] = scenario.close
      expect(outcome?.end).toEqual({ cause: 'normal_clearing', source: 'callee', closeCode, closeReason })
      expect(outcome?.record).toMatchObject({ status: 'failed', endedReason })
      const { record, tenant } = outcome as { record: CallDocument; tenant: Workspace }
      if (endedReason === 'key-missing') {
        expect(record.endedDetail).toBe(`${closeReason}.`)
        expect(record.receipt?.map((entry) => entry.provider)).toEqual(['telnyx'])
      } else {
        expect(record.error).toMatchObject({
          provider,
          kind: endedReason === 'key-rejected' ? 'rejected' : 'out-of-credit',
        })
        expect(record.endedDetail).toBe((record.error as { message: string }).message)
        expect(record.receipt?.map((entry) => entry.provider)).toEqual(['deepgram', 'openai', 'elevenlabs', 'telnyx'])
      }
      expect(tenant.commands().map(({ action, status }) => [action, status])).toEqual([
        ['answer', 200],
        ['streaming_start', 200],
        ['hangup', 200],
      ])
      if (scenario.needsTurn) expect(record.transcript?.at(-1)).toMatchObject({ speaker: 'caller', text: 'Hello.' })
    },
  )

  it('should not try a refused key or an empty account again', () => {
    for (const [what, { tenant }] of outcomes) {
      const { keys } = tenant
      const chats = rig.openai.requests.filter(
        ({ key, path }) => key === keys.openai && path === '/v1/chat/completions',
      )
      const streams = rig.deepgram.sessions.filter(({ key }) => key === keys.deepgram)
      const sockets = rig.elevenlabs.connections.filter(({ key }) => key === keys.elevenlabs)
      expect([what, chats.length <= 1, streams.length <= 1, sockets.length <= 1]).toEqual([what, true, true, true])
    }
  })

  it('should leave nothing open, and no key in the logs', async () => {
    expect(getRuntime().liveCalls.size).toBe(0)
    expect(rig.telnyx.liveCalls).toBe(0)
    await waitUntil(() => rig.deepgram.sessions.every(({ isOpen }) => !isOpen), "Deepgram's streams to close")
    await Promise.all(rig.elevenlabs.connections.map(({ closed }) => closed))
    const log = rig.logLines.join('\n')
    for (const { keys } of rig.workspaces) for (const key of Object.values(keys)) expect(log.includes(key)).toBe(false)
  })
})
