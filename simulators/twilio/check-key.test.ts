import { afterEach, beforeEach, expect, it } from '@jest/globals'
import twilio from '../../plugins/twilio/index.ts'
import { createTwilioSimulator } from './index.ts'
import type { TwilioAccountOptions, TwilioSimulator } from './index.ts'

const credentials = { accountSid: `AC${'1f'.repeat(16)}`, authToken: 'token-of-the-tenant' }

let simulator: TwilioSimulator

beforeEach(async () => {
  simulator = await createTwilioSimulator({ accounts: [] })
})

afterEach(() => simulator.close())

it.each<[string, Partial<TwilioAccountOptions>, object]>([
  ['valid', {}, { status: 'valid', metadata: { balance: '100.00', numbers: 2, numbersLeadingHere: 2 } }],
  ['trial', { type: 'Trial' }, { status: 'limited', capabilities: { telephony: true } }],
  ['suspended', { state: 'suspended' }, { status: 'limited', capabilities: { telephony: false } }],
  ['closed', { state: 'closed' }, { status: 'limited', metadata: { accountStatus: 'closed' } }],
  ['revoked', { state: 'revoked' }, { status: 'rejected' }],
  ['without credit', { balance: '-0.50' }, { status: 'out-of-credit', metadata: { balance: '-0.50' } }],
  ['without the balance', { mayReadBalance: false }, { status: 'valid' }],
  ['without a number', { numbers: [] }, { status: 'valid', metadata: { numbers: 0 } }],
  ['another token', { authToken: 'another' }, { status: 'rejected' }],
])('an account of the simulator is checked: %s', async (_name, options, expected) => {
  simulator.addAccount({
    ...credentials,
    numbers: ['+13125550100', '+13125550101'],
    webhookUrl: 'http://localhost:3000/webhooks/twilio/t1',
    ...options,
  })
  const verdict = await twilio.checkKey({
    credentials,
    origins: { api: simulator.origin },
    signal: AbortSignal.timeout(5000),
  })
  expect(verdict).toMatchObject(expected)
  expect([...simulator.seenKeys]).toEqual([credentials.authToken])
  expect(JSON.stringify(verdict)).not.toContain(credentials.authToken)
})
