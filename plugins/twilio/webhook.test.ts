import { describe, expect, it } from '@jest/globals'
import { parseWebhook } from './webhook.ts'

const CALL = `CA${'0a'.repeat(16)}`
const LEG = `CA${'0b'.repeat(16)}`
const ACCOUNT = `AC${'1f'.repeat(16)}`

const voice = {
  AccountSid: ACCOUNT,
  ApiVersion: '2010-04-01',
  CallSid: CALL,
  CallStatus: 'ringing',
  Called: '+13125550100',
  Caller: '+13125550199',
  Direction: 'inbound',
  From: '+13125550199',
  FromCity: '',
  To: '+13125550100',
}
const progress = (status: string, sequence: number, change: Record<string, string> = {}) => ({
  ...voice,
  CallStatus: status,
  Direction: 'outbound-api',
  CallbackSource: 'call-progress-events',
  SequenceNumber: String(sequence),
  Timestamp: 'Wed, 08 Oct 2025 13:54:12 +0000',
  ...change,
})
const detection = (answeredBy: string) => ({
  AccountSid: ACCOUNT,
  AnsweredBy: answeredBy,
  CallSid: CALL,
  MachineDetectionDuration: '2400',
})

const parse = (path: string, form: Record<string, string> | string, query = '') =>
  parseWebhook({
    path,
    headers: {},
    rawBody: Buffer.from(typeof form === 'string' ? form : new URLSearchParams(form).toString()),
    url: `https://patchbay.example/webhooks/twilio/tenant-1/${path}${query}`,
  })

describe('the voice webhook', () => {
  it('is an incoming call', () => {
    expect(parse('voice', voice)).toEqual({
      type: 'call-initiated',
      eventId: `${CALL}:voice`,
      carrierCallId: CALL,
      occurredAt: expect.stringMatching(/^\d{4}-.*Z$/),
      direction: 'inbound',
      from: '+13125550199',
      to: '+13125550100',
      offeredEncodings: ['mulaw'],
    })
  })

  it.each(['', 'anonymous', 'Anonymous', '+266696687', '+7378742833'])('takes the withheld number %p', (From) => {
    expect(parse('voice', { ...voice, From })).toMatchObject({ type: 'call-initiated', from: 'anonymous' })
  })

  it('is the answer of a call that we dialled, and says by which command', () => {
    const form = { ...voice, Direction: 'outbound-api', CallStatus: 'in-progress' }
    expect(parse('voice', form, '?dial=call%201')).toMatchObject({
      type: 'call-answered',
      carrierCallId: CALL,
      dialCommandId: 'call 1',
    })
    expect(parse('voice', form)).not.toHaveProperty('dialCommandId')
  })

  it('is nothing of a leg that we dialled by TwiML', () => {
    expect(parse('voice', { ...voice, Direction: 'outbound-dial' })).toMatchObject({ type: 'ignored' })
  })
})

describe('the status webhook', () => {
  it.each<[string, Record<string, string>, object]>([
    ['initiated', {}, { type: 'ignored', name: 'initiated' }],
    ['queued', {}, { type: 'ignored', name: 'queued' }],
    ['ringing', {}, { type: 'call-ringing' }],
    ['in-progress', {}, { type: 'ignored', name: 'in-progress' }],
    ['one of next year', {}, { type: 'ignored', name: 'one of next year' }],
    ['constructor', {}, { type: 'ignored', name: 'constructor' }],
    ['completed', { CallDuration: '12' }, { type: 'call-ended', cause: 'completed', endedBy: 'unknown' }],
    ['busy', { SipResponseCode: '486' }, { type: 'call-ended', cause: 'busy', endedBy: 'callee' }],
    ['busy', { SipResponseCode: '603' }, { type: 'call-ended', cause: 'rejected', endedBy: 'callee' }],
    ['no-answer', {}, { type: 'call-ended', cause: 'no-answer', endedBy: 'unknown' }],
    ['canceled', {}, { type: 'call-ended', cause: 'canceled', endedBy: 'caller' }],
    ['failed', { SipResponseCode: '404' }, { type: 'call-ended', cause: 'failed', endedBy: 'unknown' }],
    // The result of the detection is repeated at the end of a call.
    ['completed', { AnsweredBy: 'human' }, { type: 'call-ended', cause: 'completed' }],
  ])('with %s %o', (status, change, expected) => {
    expect(parse('status', progress(status, 2, change))).toMatchObject({
      ...expected,
      carrierCallId: CALL,
      occurredAt: '2025-10-08T13:54:12.000Z',
    })
  })

  it.each([
    ['human', { answerer: 'human' }],
    ['machine_start', { answerer: 'machine' }],
    ['machine_end_beep', { answerer: 'machine', beep: true }],
    ['machine_end_silence', { answerer: 'machine', beep: true }],
    ['machine_end_other', { answerer: 'machine', beep: true }],
    ['fax', { answerer: 'fax' }],
    ['unknown', { answerer: 'unknown' }],
    ['one of next year', { answerer: 'unknown' }],
  ])('tells that %s answered', (answeredBy, expected) => {
    const event = parse('status', detection(answeredBy), '?dial=c1')
    expect(event).toMatchObject({ type: 'answerer-detected', carrierCallId: CALL, dialCommandId: 'c1', ...expected })
    expect('beep' in event).toBe('beep' in expected)
  })

  const leg = (status: string, sequence: number) =>
    progress(status, sequence, { CallSid: LEG, ParentCallSid: CALL, Direction: 'outbound-dial' })

  it.each<[string, Record<string, string>, object]>([
    ['a leg that was answered', leg('in-progress', 2), { type: 'transfer-completed' }],
    ['a leg that is busy', leg('busy', 2), { type: 'transfer-failed', reason: 'busy' }],
    ['a leg that nobody took', leg('no-answer', 2), { type: 'transfer-failed', reason: 'no-answer' }],
    ['a leg that rings', leg('ringing', 1), { type: 'ignored' }],
    ['a leg that was answered before and is over', leg('completed', 3), { type: 'ignored' }],
    [
      'a dial that went well',
      { ...voice, DialCallSid: LEG, DialCallStatus: 'completed' },
      { type: 'transfer-completed' },
    ],
    [
      'a dial that did not',
      { ...voice, DialCallSid: LEG, DialCallStatus: 'failed' },
      { type: 'transfer-failed', reason: 'failed' },
    ],
  ])('tells, by the call that was handed on, of %s', (_name, form, expected) => {
    expect(parse('status', form)).toMatchObject({ ...expected, carrierCallId: CALL })
  })

  it.each([
    ['stream-started', {}, { type: 'stream-started' }],
    ['stream-stopped', {}, { type: 'stream-stopped' }],
    ['stream-error', { StreamErrorCode: '31920' }, { type: 'stream-failed', reason: '31920' }],
    ['stream-error', { StreamError: 'echo of anything' }, { type: 'stream-failed', reason: 'unknown' }],
  ])('tells of a stream: %s %o', (StreamEvent, change, expected) => {
    const form = { AccountSid: ACCOUNT, CallSid: CALL, StreamSid: `MZ${'0c'.repeat(16)}`, StreamEvent, ...change }
    expect(parse('status', form)).toMatchObject(expected)
  })
})

describe('the event id', () => {
  it('is the same when an event comes again, and different for every event of a call', () => {
    const forms: [string, Record<string, string>][] = [
      ['voice', voice],
      ['status', progress('initiated', 0)],
      ['status', progress('ringing', 1)],
      ['status', progress('in-progress', 2)],
      ['status', progress('completed', 3)],
      ['status', detection('machine_start')],
      ['status', detection('machine_end_beep')],
      ['status', { ...voice, DialCallSid: LEG, DialCallStatus: 'busy' }],
      ['status', progress('in-progress', 2, { CallSid: LEG, ParentCallSid: CALL, Direction: 'outbound-dial' })],
      ['status', progress('completed', 3, { CallSid: LEG, ParentCallSid: CALL, Direction: 'outbound-dial' })],
      ['voice', { ...voice, CallSid: LEG }],
    ]
    const idsOf = () => forms.map(([path, form]) => parse(path, form).eventId)
    expect(idsOf()).toEqual(idsOf())
    expect(new Set(idsOf()).size).toBe(forms.length)
  })
})

describe('what is no webhook of Twilio', () => {
  const { CallSid: _sid, ...withoutCall } = voice
  const { Direction: _direction, ...withoutDirection } = voice
  const { To: _to, ...withoutCallee } = voice
  it.each<[string, string, Record<string, string> | string]>([
    ['nothing', 'voice', ''],
    ['JSON', 'voice', '{"CallSid":"x"}'],
    ['no call', 'voice', withoutCall],
    ['a call that is a path', 'voice', { ...voice, CallSid: '../Accounts' }],
    ['no direction', 'voice', withoutDirection],
    ['a call to nobody', 'voice', withoutCallee],
    ['a status without one', 'status', { AccountSid: ACCOUNT, CallSid: CALL }],
    ['a leg of no call', 'status', progress('busy', 0, { Direction: 'outbound-dial' })],
    ['another path', 'sms', voice],
    ['no path', '', voice],
  ])('throws a SyntaxError: %s', (_name, path, form) => {
    expect(() => parse(path, form)).toThrow(SyntaxError)
  })
})
