import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { readAgentFrame } from '../../simulators/twilio/media-frames.ts'
import { createTwilioSimulator } from '../../simulators/twilio/index.ts'
import type { TwilioAccountOptions } from '../../simulators/twilio/index.ts'
import type { KeyStatus, TelephonyEvent, WebhookRequest } from '../../src/provider-kit/index.ts'
import { answering, describeConformance } from '../../src/testing/conformance/index.ts'
import type { Answer, KeyState } from '../../src/testing/conformance/index.ts'
import twilio from './index.ts'

/** Those of the recorded accounts, which repeat the auth token. */
const credentials = { accountSid: `AC${'0a'.repeat(16)}`, authToken: 'deadbeefdeadbeefdeadbeefdeadbeef' }
const CALL = `CA${'0b'.repeat(16)}`
const STREAM = `MZ${'0c'.repeat(16)}`
const root = `/2010-04-01/Accounts/${credentials.accountSid}`

type Recorded = {
  account: Answer
  balance?: Answer
  numbers?: Answer
  expect: { status: KeyStatus; capabilities: Record<string, boolean>; metadata: Record<string, unknown> }
}
const folder = new URL('./fixtures/check-key/', import.meta.url)

const recorded = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file): KeyState => {
    const { account, balance, numbers, expect } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Recorded
    const start = answering(({ path }) => {
      if (path === `${root}.json`) return account
      if (path === `${root}/Balance.json`) return balance
      return path.startsWith(`${root}/IncomingPhoneNumbers.json`) ? numbers : undefined
    })
    return { name: file.replace('.json', ''), ...expect, start }
  })

const simulated = (name: string, status: KeyStatus, account: Partial<TwilioAccountOptions>): KeyState => ({
  name: `simulated ${name}`,
  status,
  start: () =>
    createTwilioSimulator({
      accounts: [
        {
          ...credentials,
          numbers: ['+13125550100'],
          webhookUrl: 'https://patchbay.example/webhooks/twilio/t',
          ...account,
        },
      ],
    }),
})

const signBody = (path: string, body: string, token = credentials.authToken): WebhookRequest => {
  const url = `https://patchbay.example/webhooks/twilio/tenant-1/${path}`
  const parameters = [...new URLSearchParams(body)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([a, b]) => `${a}${b}`)
  const signature = createHmac('sha1', token)
    .update(`${url}${parameters.join('')}`)
    .digest('base64')
  return { path, headers: { 'x-twilio-signature': signature }, rawBody: Buffer.from(body), url }
}

const call = {
  CallSid: CALL,
  AccountSid: credentials.accountSid,
  From: '+13125550199',
  To: '+13125550100',
  ApiVersion: '2010-04-01',
}
const progress = (status: string, sequence: number) => ({
  ...call,
  CallStatus: status,
  Direction: 'outbound-api',
  CallbackSource: 'call-progress-events',
  Timestamp: 'Wed, 08 Oct 2025 13:54:12 +0000',
  SequenceNumber: String(sequence),
})
const webhook = (name: string, path: string, form: Record<string, string>, event: Partial<TelephonyEvent>) => ({
  name,
  sign: () => signBody(path, new URLSearchParams(form).toString()),
  event,
})
const incoming = { ...call, Direction: 'inbound', CallStatus: 'ringing' }

const PAYLOAD = Buffer.alloc(160, 0x2a)
const about = { sequenceNumber: '4', streamSid: STREAM }
const frame = (event: string, fields: Record<string, unknown> = {}) => JSON.stringify({ event, ...fields, ...about })

describeConformance({
  plugin: twilio,
  stand: {
    credentials,
    sdk: 'twilio',
    keys: [
      ...recorded,
      simulated('with a number', 'valid', {}),
      simulated('trial', 'limited', { type: 'Trial' }),
      simulated('suspended', 'limited', { state: 'suspended' }),
      simulated('empty', 'out-of-credit', { balance: '0.00' }),
      simulated('revoked', 'rejected', { state: 'revoked' }),
    ],
    telephony: {
      webhooks: [
        webhook('voice, incoming', 'voice', incoming, { type: 'call-initiated', direction: 'inbound' }),
        webhook(
          'voice, dialled',
          'voice',
          { ...incoming, CallSid: `CA${'0d'.repeat(16)}`, Direction: 'outbound-api', CallStatus: 'in-progress' },
          { type: 'call-answered' },
        ),
        webhook('initiated', 'status', progress('initiated', 0), { type: 'ignored' }),
        webhook('ringing', 'status', progress('ringing', 1), { type: 'call-ringing' }),
        webhook('answered', 'status', progress('in-progress', 2), { type: 'ignored' }),
        webhook('completed', 'status', progress('completed', 3), { type: 'call-ended', cause: 'completed' }),
        webhook('busy', 'status', progress('busy', 3), { type: 'call-ended', cause: 'busy', endedBy: 'callee' }),
        webhook(
          'machine detection',
          'status',
          {
            CallSid: CALL,
            AccountSid: credentials.accountSid,
            AnsweredBy: 'machine_end_beep',
            MachineDetectionDuration: '9',
          },
          { type: 'answerer-detected', answerer: 'machine', beep: true },
        ),
        webhook(
          'the end of a dial',
          'status',
          { ...incoming, DialCallSid: `CA${'0e'.repeat(16)}`, DialCallStatus: 'busy' },
          { type: 'transfer-failed', reason: 'busy' },
        ),
        webhook(
          'the start of a stream',
          'status',
          { CallSid: CALL, StreamSid: STREAM, StreamEvent: 'stream-started' },
          { type: 'stream-started' },
        ),
      ],
      forge: () => signBody('voice', new URLSearchParams(incoming).toString(), 'feedfacefeedfacefeedfacefeedface'),
      signatureHeaders: ['x-twilio-signature'],
      nonsense: (_now, body) => signBody('voice', body),
      accepts: () => ({ status: 201, body: { sid: CALL, status: 'queued' } }),
      heedsCommandId: false,
      carrierCallId: CALL,
      dial: { to: '+13125550142', from: '+13125550100' },
      frames: [
        {
          message: frame('start', {
            start: {
              accountSid: credentials.accountSid,
              streamSid: STREAM,
              callSid: CALL,
              tracks: ['inbound'],
              mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
              customParameters: {},
            },
          }),
          event: {
            type: 'start',
            carrierCallId: CALL,
            streamId: STREAM,
            format: { encoding: 'mulaw', sampleRate: 8000 },
          },
        },
        { message: '{"event":"connected","protocol":"Call","version":"1.0.0"}', event: { type: 'connected' } },
        {
          message: frame('media', {
            media: { track: 'inbound', chunk: '2', timestamp: '5', payload: PAYLOAD.toString('base64') },
          }),
          event: { type: 'media', chunk: 2, payload: PAYLOAD },
        },
        {
          message: frame('dtmf', { dtmf: { track: 'inbound_track', digit: '#' } }),
          event: { type: 'dtmf', digit: '#' },
        },
        { message: frame('mark', { mark: { name: 'turn-7' } }), event: { type: 'mark', name: 'turn-7' } },
        { message: frame('stop', { stop: { callSid: CALL } }), event: { type: 'stop' } },
        { message: '{"event":"something_new"}', event: { type: 'ignored' } },
      ],
      readFrame(message) {
        const read = readAgentFrame(message, STREAM)
        if (read.event === 'media') return { audio: read.audio }
        return read.event === 'mark' ? { mark: read.name } : { isClear: read.event === 'clear' }
      },
    },
  },
})
