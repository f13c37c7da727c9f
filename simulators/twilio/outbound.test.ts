import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { isProviderError } from '../../src/provider-kit/index.ts'
import { createTwilioSimulator } from './index.ts'
import { createApplication, createClient, instructions } from './testing/application.ts'
import type { TelephonyClient } from '../../src/provider-kit/index.ts'
import type { CalleeScript, TwilioAccount, TwilioSimulator } from './index.ts'
import type { Application } from './testing/application.ts'

const credentials = { accountSid: `AC${'1f'.repeat(16)}`, authToken: 'token-of-the-tenant' }
const OUR_NUMBER = '+13125550100'
const PERSON = '+13125550142'
const COLLEAGUE = '+13125550177'

let simulator: TwilioSimulator
let application: Application
let account: TwilioAccount
let client: TelephonyClient

beforeEach(async () => {
  application = await createApplication(credentials)
  simulator = await createTwilioSimulator({
    accounts: [{ ...credentials, numbers: [OUR_NUMBER], webhookUrl: 'http://127.0.0.1:1/elsewhere' }],
  })
  account = simulator.account(credentials.accountSid)
  client = createClient({ credentials, origins: { api: simulator.origin } })
})

afterEach(async () => {
  await simulator.close()
  await application.close()
})

const dial = (options: { detectMachine?: boolean; leavesMessage?: boolean; ringSeconds?: number; to?: string } = {}) =>
  client.dial({
    to: PERSON,
    from: OUR_NUMBER,
    commandId: 'command 1&2',
    webhookUrl: application.webhookUrl,
    detectMachine: false,
    ringSeconds: 25,
    ...options,
  })

const prepare = (script: CalleeScript, number = PERSON) => {
  account.callees[number] = script
}

const failureOf = async (command: Promise<unknown>) => {
  const error = await command.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!isProviderError(error)) throw new Error('no ProviderError')
  return error
}

const tone = (ms: number) => Buffer.from(Array.from({ length: ms * 8 }, (_, index) => 0x80 | ((index * 3) % 40)))

describe('a dialled call', () => {
  it('is told step by step, asks what to do when it is answered, and is heard', async () => {
    const { carrierCallId } = await dial()
    const call = await simulator.nextDial()
    expect(call).toMatchObject({ callControlId: carrierCallId, direction: 'outgoing', from: OUR_NUMBER, to: PERSON })
    await application.eventOf('call-ringing')
    call.pickUp()
    const agent = await application.nextSocket()
    await agent.next('start')
    const spoken = await call.say(tone(60))
    agent.socket.send(agent.codec.media(tone(100)))
    await call.agentSpeaks({ after: spoken.endMs })
    call.hangUp()
    expect(await call.ended).toMatchObject({ cause: 'normal_clearing', source: 'callee' })
    await simulator.webhooksSettled()
    expect(application.received.every(({ isGenuine }) => isGenuine)).toBe(true)
    expect(application.events.every((event) => event.carrierCallId === carrierCallId)).toBe(true)
    expect(application.events.every((event) => event.dialCommandId === 'command 1&2')).toBe(true)
    expect(new Set(application.events.map(({ eventId }) => eventId)).size).toBe(application.events.length)
    const told = application.events.filter(({ type }) => type !== 'call-answered')
    expect(told).toMatchObject([
      { type: 'ignored', name: 'initiated' },
      { type: 'call-ringing' },
      { type: 'ignored', name: 'in-progress' },
      { type: 'call-ended', cause: 'completed', endedBy: 'unknown' },
    ])
    expect(application.events.filter(({ type }) => type === 'call-answered')).toHaveLength(1)
    const sequence = application.received
      .map(({ rawBody }) => new URLSearchParams(rawBody.toString()).get('SequenceNumber'))
      .filter(Boolean)
    expect(sequence).toEqual(['0', '1', '2', '3'])
  })

  it.each<[CalleeScript['does'], object]>([
    ['busy', { cause: 'busy', endedBy: 'callee' }],
    ['rejects', { cause: 'rejected', endedBy: 'callee' }],
    ['no-answer', { cause: 'no-answer', endedBy: 'unknown' }],
    ['fails', { cause: 'failed', endedBy: 'unknown' }],
  ])('ends where the callee is one who %s', async (does, end) => {
    prepare({ afterMs: 5, does })
    await dial()
    expect(await application.eventOf('call-ended')).toMatchObject(end)
    expect(application.events.map(({ type }) => type)).not.toContain('call-answered')
  })

  it('says how long it may ring', async () => {
    await dial({ ringSeconds: 19.6 })
    expect(simulator.commands[0]?.body).toMatchObject({ Timeout: '20' })
  })

  it('is given up by us while it rings', async () => {
    const { carrierCallId } = await dial()
    const call = await simulator.nextDial()
    await client.hangUp({ carrierCallId, commandId: 'h' })
    expect(await call.ended).toEqual({ cause: 'originator_cancel', source: 'caller' })
    expect(await application.eventOf('call-ended')).toMatchObject({ cause: 'canceled', endedBy: 'caller' })
  })

  it('is ended by us while the stream is open, and again without harm', async () => {
    prepare({})
    const { carrierCallId } = await dial()
    const agent = await application.nextSocket()
    await client.hangUp({ carrierCallId, commandId: 'h' })
    await agent.next('stop')
    await client.hangUp({ carrierCallId, commandId: 'h' })
    await client.hangUp({ carrierCallId: `CA${'0'.repeat(32)}`, commandId: 'h' })
    expect(simulator.commands.map(({ action, status }) => [action, status])).toEqual([
      ['dial', 201],
      ['hangup', 200],
      ['hangup', 400],
      ['hangup', 404],
    ])
  })
})

describe('who answered', () => {
  it.each<[string, CalleeScript, object]>([
    ['a person', { is: 'human' }, { answerer: 'human' }],
    ['a fax', { is: 'fax' }, { answerer: 'fax' }],
    ['nobody knows who', { is: 'unknown', detectionMs: 10 }, { answerer: 'unknown' }],
    ['a machine', { is: 'machine', greeting: tone(80) }, { answerer: 'machine', beep: true }],
    [
      'a machine without a beep',
      { is: 'machine', greeting: tone(80), beep: false },
      { answerer: 'machine', beep: true },
    ],
  ])('is told beside the call: %s', async (_name, script, expected) => {
    prepare(script)
    const { carrierCallId } = await dial({ detectMachine: true, leavesMessage: true })
    const detected = await application.eventOf('answerer-detected')
    expect(detected).toMatchObject({ ...expected, carrierCallId, dialCommandId: 'command 1&2' })
    expect('beep' in detected).toBe('beep' in expected)
  })

  it('is told of a machine only when its greeting and its beep were heard', async () => {
    const greeting = tone(100)
    prepare({ is: 'machine', greeting })
    await dial({ detectMachine: true, leavesMessage: true })
    const agent = await application.nextSocket()
    await application.eventOf('answerer-detected')
    const heard = agent.heard()
    expect(heard.indexOf(greeting)).toBeGreaterThanOrEqual(0)
    expect(heard.length).toBeGreaterThanOrEqual(greeting.length + 200 * 8)
  })

  it('is not asked where nobody wants to know', async () => {
    prepare({ is: 'machine' })
    await dial()
    const call = await simulator.nextDial()
    await call.streaming
    call.hangUp()
    await simulator.webhooksSettled()
    expect(application.events.map(({ type }) => type)).not.toContain('answerer-detected')
  })

  it('is told with the request for TwiML where detection is not asynchronous', async () => {
    prepare({ is: 'machine', greeting: tone(10) })
    await fetch(`${simulator.origin}/2010-04-01/Accounts/${credentials.accountSid}/Calls.json`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa(`${credentials.accountSid}:${credentials.authToken}`)}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({
        To: PERSON,
        From: OUR_NUMBER,
        Url: `${application.webhookUrl}/voice`,
        MachineDetection: 'Enable',
      }),
    })
    await application.eventOf('call-answered')
    const voice = new URLSearchParams(application.received[0]?.rawBody.toString())
    expect(voice.get('AnsweredBy')).toBe('machine_start')
  })
})

describe('a transfer', () => {
  const connect = async () => {
    prepare({})
    const { carrierCallId } = await dial()
    const call = await simulator.nextDial()
    const agent = await application.nextSocket()
    await agent.next('start')
    const transfer = () =>
      client.transfer({
        carrierCallId,
        commandId: 't',
        to: COLLEAGUE,
        from: OUR_NUMBER,
        webhookUrl: application.webhookUrl,
      })
    return { carrierCallId, call, agent, transfer }
  }

  it('takes the stream away and tells that somebody answered', async () => {
    const { carrierCallId, call, agent, transfer } = await connect()
    await transfer()
    await agent.next('stop')
    const leg = await call.transferred
    expect(leg).toMatchObject({ to: COLLEAGUE, from: OUR_NUMBER })
    leg.pickUp()
    expect(await leg.outcome).toBe('answered')
    expect(await application.eventOf('transfer-completed')).toMatchObject({ carrierCallId })
    call.hangUp()
    expect(await leg.ended).toBe('normal_clearing')
    await simulator.webhooksSettled()
    expect(application.events.filter(({ type }) => type.startsWith('transfer-'))).toHaveLength(1)
    expect(application.events.at(-1)).toMatchObject({ type: 'call-ended', cause: 'completed' })
    expect(simulator.problems).toEqual([])
  })

  it.each<[CalleeScript['does'], string]>([
    ['busy', 'busy'],
    ['fails', 'failed'],
    ['no-answer', 'no-answer'],
  ])('to somebody who %s tells so, and ends the call', async (does, reason) => {
    prepare({ does, afterMs: 2 }, COLLEAGUE)
    const { call, transfer } = await connect()
    await transfer()
    expect(await application.eventOf('transfer-failed')).toMatchObject({ reason })
    expect(await call.ended).toMatchObject({ cause: 'normal_clearing', source: 'caller' })
  })

  it('without a URL tells nothing', async () => {
    prepare({ does: 'busy' }, COLLEAGUE)
    const { carrierCallId, call } = await connect()
    await client.transfer({ carrierCallId, commandId: 't', to: COLLEAGUE })
    await call.ended
    await simulator.webhooksSettled()
    expect(application.events.filter(({ type }) => type.startsWith('transfer-'))).toEqual([])
  })

  it('of a call that has ended is closed', async () => {
    const { carrierCallId, call } = await connect()
    call.hangUp()
    await call.ended
    const late = client.transfer({ carrierCallId, commandId: 't', to: COLLEAGUE })
    expect(await failureOf(late)).toMatchObject({ kind: 'closed', providerCode: '21220' })
  })
})

describe('what Twilio refuses', () => {
  it.each<[string, Parameters<typeof dial>[0], () => void, object]>([
    ['a number that is none', { to: 'home' }, () => {}, { kind: 'invalid-request', providerCode: '21211' }],
    [
      'a caller number of others',
      {},
      () => {
        account.numbers = []
      },
      { kind: 'invalid-request', providerCode: '21210' },
    ],
    [
      'an unverified number for a trial account',
      {},
      () => {
        account.type = 'Trial'
      },
      { kind: 'invalid-request', providerCode: '21219' },
    ],
    [
      'a suspended account',
      {},
      () => {
        account.state = 'suspended'
      },
      { kind: 'limited', providerCode: '20005' },
    ],
    [
      'a token that was replaced',
      {},
      () => {
        account.authToken = 'another'
      },
      { kind: 'rejected', providerCode: '20003' },
    ],
  ])('%s comes as an error that says so, and nothing rings', async (_name, options, change, expected) => {
    change()
    const error = await failureOf(dial(options))
    expect(error).toMatchObject({ provider: 'twilio', ...expected })
    expect(simulator.liveCalls).toBe(0)
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(credentials.authToken)
  })

  it('does not dial a second time what was not answered', async () => {
    simulator.failNextCommand({ kind: 'server-error', isExecuted: true })
    expect(await failureOf(dial())).toMatchObject({ kind: 'unreachable' })
    const call = await simulator.nextDial()
    application.reply = () => instructions.hangUp()
    call.pickUp()
    expect(await application.eventOf('call-answered')).toMatchObject({ dialCommandId: 'command 1&2' })
    expect(simulator.commands).toHaveLength(1)
  })
})
