import { afterEach, beforeEach, expect, it } from '@jest/globals'
import telnyx from '../../plugins/telnyx/index.ts'
import { createTelnyxSimulator } from './index.ts'
import type { TelnyxAccountOptions, TelnyxSimulator } from './index.ts'

const API_KEY = 'KEY-of-the-tenant'
const CONNECTION = '1293384261075731499'

let simulator: TelnyxSimulator

beforeEach(async () => {
  simulator = await createTelnyxSimulator({ accounts: [] })
})

afterEach(() => simulator.close())

it.each<[string, Partial<TelnyxAccountOptions>, object]>([
  ['valid', {}, { status: 'valid', metadata: { balance: '100.00', webhookUrlLooksRight: true } }],
  [
    'valid, and counted what it has',
    { numbers: ['+13125550100', '+13125550101'] },
    { status: 'valid', metadata: { numbers: 2, numbersOnApplication: 2, hasOutboundProfile: true } },
  ],
  [
    'valid, although it can call nobody',
    { numbers: ['+13125550100'], outboundVoiceProfileId: null },
    { status: 'valid', message: expect.stringContaining('can call nobody'), metadata: { hasOutboundProfile: false } },
  ],
  ['out-of-credit', { balance: '-5.00', creditLimit: '5.00' }, { status: 'out-of-credit' }],
  ['rejected', { state: 'revoked' }, { status: 'rejected' }],
  ['rejected when inactive', { state: 'inactive' }, { status: 'rejected' }],
  ['limited without the balance', { mayReadBalance: false }, { status: 'limited', capabilities: { telephony: true } }],
  ['limited on API v1', { webhookApiVersion: '1' }, { status: 'limited', capabilities: { telephony: false } }],
  ['limited with a connection id of others', { connectionId: '7' }, { status: 'limited' }],
])('an account of the simulator is checked as %s', async (_name, options, expected) => {
  const webhookUrl = 'http://localhost:3000/webhooks/telnyx/t1'
  const account = simulator.addAccount({ apiKey: API_KEY, connectionId: CONNECTION, webhookUrl, ...options })
  const verdict = await telnyx.checkKey({
    credentials: { apiKey: API_KEY, publicKey: account.publicKey, connectionId: CONNECTION },
    origins: { api: simulator.origin },
    signal: AbortSignal.timeout(5000),
  })
  expect(verdict).toMatchObject(expected)
  expect([...simulator.seenKeys]).toEqual([API_KEY])
})
