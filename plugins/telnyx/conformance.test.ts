import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { readAgentFrame } from '../../simulators/telnyx/media-frames.ts'
import type { KeyStatus, TelephonyEvent, WebhookRequest } from '../../src/provider-kit/index.ts'
import { answering, describeConformance } from '../../src/testing/conformance/index.ts'
import type { Answer, KeyState } from '../../src/testing/conformance/index.ts'
import telnyx from './index.ts'

const makeAccount = () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return { privateKey, publicKey: publicKey.export({ type: 'spki', format: 'der' }).subarray(12).toString('base64') }
}
const account = makeAccount()
const credentials = {
  apiKey: `KEY0192${'a3b4c5d6e7f8'.repeat(4)}xyz`,
  publicKey: account.publicKey,
  connectionId: '1293384261075731499',
}

type Recorded = {
  balance: Answer
  application: Answer
  numbers?: Answer
  expect: { status: KeyStatus; capabilities: Record<string, boolean>; metadata: Record<string, unknown> }
}
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(`./fixtures/${path}`, import.meta.url), 'utf8'))

const keys = readdirSync(new URL('./fixtures/check-key/', import.meta.url))
  .filter((file) => file.endsWith('.json'))
  .map((file): KeyState => {
    const { balance, application, numbers, expect } = read(`check-key/${file}`) as Recorded
    const { status, capabilities, metadata } = expect
    const start = answering(({ path }) => {
      if (path === '/v2/balance') return balance
      if (path === '/v2/phone_numbers') return numbers ?? { status: 503, body: {} }
      return path === `/v2/call_control_applications/${credentials.connectionId}` ? application : undefined
    })
    return { name: file.replace('.json', ''), status, capabilities, metadata, start }
  })

const signBody = (rawBody: Buffer, now: number, key: KeyObject = account.privateKey): WebhookRequest => {
  const timestamp = String(Math.floor(now / 1000))
  const signed = sign(null, Buffer.concat([Buffer.from(`${timestamp}|`), rawBody]), key).toString('base64')
  return {
    path: '',
    headers: { 'telnyx-timestamp': timestamp, 'telnyx-signature-ed25519': signed },
    rawBody,
    url: 'https://patchbay.example/webhooks/telnyx/tenant-1',
  }
}
const bodyOf = (name: string) => readFileSync(new URL(`./fixtures/webhooks/${name}.json`, import.meta.url))
const webhook = (name: string, event: Partial<TelephonyEvent>) => ({
  name,
  sign: (now: number) => signBody(bodyOf(name), now),
  event,
})

const PAYLOAD = Buffer.alloc(160, 0x2a)
const start = {
  event: 'start',
  sequence_number: '1',
  start: {
    user_id: '3E6F995F-85F7-4705-9741-53B116D28237',
    call_control_id: 'v2:T02l',
    from: '+13122010094',
    to: '+13122123456',
    media_format: { encoding: 'PCMU', sample_rate: 8000, channels: 1 },
  },
  stream_id: '32DE0DEA-53CB-4B21-89A4-9E1819C043BC',
}
const media = {
  event: 'media',
  sequence_number: '4',
  media: { track: 'inbound', chunk: '2', timestamp: '5', payload: PAYLOAD.toString('base64') },
  stream_id: start.stream_id,
}

describeConformance({
  plugin: telnyx,
  stand: {
    credentials,
    sdk: 'telnyx',
    keys,
    telephony: {
      webhooks: [
        webhook('call-initiated', {
          type: 'call-initiated',
          direction: 'inbound',
          offeredEncodings: ['alaw', 'mulaw'],
        }),
        webhook('call-answered', { type: 'call-answered' }),
        webhook('streaming-started', { type: 'stream-started' }),
        webhook('streaming-stopped', { type: 'stream-stopped' }),
        webhook('streaming-failed', { type: 'stream-failed', reason: 'connection_failed' }),
        webhook('call-machine-premium-detection-ended', { type: 'answerer-detected' }),
        webhook('call-machine-premium-greeting-ended', { type: 'answerer-detected', answerer: 'machine', beep: true }),
        webhook('call-dtmf-received', { type: 'dtmf' }),
        webhook('call-bridged', {}),
        webhook('call-hangup', { type: 'call-ended', cause: 'completed', endedBy: 'caller' }),
        webhook('call-recording-saved', { type: 'ignored', name: 'call.recording.saved' }),
      ],
      forge: (now) =>
        signBody(
          bodyOf('call-initiated'),
          now,
          createPrivateKey(makeAccount().privateKey.export({ type: 'pkcs8', format: 'pem' })),
        ),
      signatureHeaders: ['telnyx-timestamp', 'telnyx-signature-ed25519'],
      toleranceMs: 300_000,
      nonsense: (now, body) => signBody(Buffer.from(body), now),
      accepts: () => ({ status: 200, body: { data: { result: 'ok', call_control_id: 'v3:dialled' } } }),
      heedsCommandId: true,
      carrierCallId: 'v3:a/b?c',
      dial: { to: '+13122010094', from: '+13129457420' },
      frames: [
        {
          message: JSON.stringify(start),
          event: {
            type: 'start',
            carrierCallId: 'v2:T02l',
            streamId: start.stream_id,
            format: { encoding: 'mulaw', sampleRate: 8000 },
          },
        },
        { message: '{"event":"connected","version":"1.0.0"}', event: { type: 'connected' } },
        { message: JSON.stringify(media), event: { type: 'media', chunk: 2, payload: PAYLOAD } },
        { message: '{"event":"dtmf","stream_id":"s","dtmf":{"digit":"#"}}', event: { type: 'dtmf', digit: '#' } },
        {
          message: '{"event":"mark","stream_id":"s","mark":{"name":"turn-7"}}',
          event: { type: 'mark', name: 'turn-7' },
        },
        { message: '{"event":"stop","stop":{"user_id":"u","call_control_id":"c"}}', event: { type: 'stop' } },
        { message: '{"event":"something_new"}', event: { type: 'ignored' } },
      ],
      readFrame(message) {
        const frame = readAgentFrame(message)
        if (frame.event === 'media') return { audio: frame.audio }
        return frame.event === 'mark' ? { mark: frame.name } : { isClear: frame.event === 'clear' }
      },
    },
  },
})
