import { generateKeyPairSync, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import Telnyx from 'telnyx'
import { parseWebhook, verifyWebhook } from './webhook.ts'

const makeKeyPair = () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return { privateKey, publicKey: publicKey.export({ type: 'spki', format: 'der' }).subarray(12).toString('base64') }
}

const account = makeKeyPair()
const body = readFileSync(new URL('./fixtures/webhooks/call-initiated.json', import.meta.url))
const NOW = Date.parse('2026-02-02T22:25:28Z')
const seconds = (now = NOW) => String(Math.floor(now / 1000))

const request = ({ rawBody = body, timestamp = seconds(), key = account.privateKey, headers = {} } = {}) => {
  const signature = sign(null, Buffer.concat([Buffer.from(`${timestamp}|`), rawBody]), key).toString('base64')
  return {
    path: '',
    headers: { 'telnyx-timestamp': timestamp, 'telnyx-signature-ed25519': signature, ...headers },
    rawBody,
    url: 'https://patchbay.example/webhooks/telnyx/tenant-1',
  }
}
const verdictOf = (of: ReturnType<typeof request>, publicKey = account.publicKey) =>
  verifyWebhook(of, { publicKey }, NOW)

describe('verifyWebhook', () => {
  it('accepts what the account signed, up to 300 s early or late', () => {
    expect(verdictOf(request())).toEqual({ ok: true })
    expect(verdictOf(request({ timestamp: seconds(NOW - 300_000) }))).toEqual({ ok: true })
    expect(verdictOf(request({ timestamp: seconds(NOW + 300_000) }))).toEqual({ ok: true })
  })

  it('signs and verifies as the official SDK does', async () => {
    const now = Date.now()
    const signed = request({ timestamp: seconds(now) })
    const client = new Telnyx({ apiKey: 'KEY', publicKey: account.publicKey })
    await expect(client.webhooks.unwrap(body.toString(), { headers: signed.headers })).resolves.toMatchObject({
      data: { event_type: 'call.initiated' },
    })
    expect(verifyWebhook(signed, account, now)).toEqual({ ok: true })
  })

  it.each([
    [
      'a body changed by one byte',
      { ...request(), rawBody: Buffer.from(body.toString().replace('+35319605860', '+35319605861')) },
    ],
    ['the signature of another account', request({ key: makeKeyPair().privateKey })],
    ['a timestamp 301 s old', request({ timestamp: seconds(NOW - 301_000) })],
    ['a timestamp 301 s ahead', request({ timestamp: seconds(NOW + 301_000) })],
    ['another timestamp than the signed one', request({ headers: { 'telnyx-timestamp': seconds(NOW + 1000) } })],
    ['no signature', request({ headers: { 'telnyx-signature-ed25519': undefined } })],
    ['no timestamp', request({ headers: { 'telnyx-timestamp': undefined } })],
    ['a timestamp in hexadecimal', request({ timestamp: '0x69812318' })],
    ['a negative timestamp', request({ timestamp: `-${seconds()}` })],
    ['an endless timestamp', request({ timestamp: '9'.repeat(400) })],
    ['a short signature', request({ headers: { 'telnyx-signature-ed25519': 'AAAA' } })],
    ['a signature of zeros', request({ headers: { 'telnyx-signature-ed25519': `${'A'.repeat(86)}==` } })],
    ['two signatures', request({ headers: { 'telnyx-signature-ed25519': ['a', 'b'] } })],
    ['an empty body', { ...request(), rawBody: Buffer.alloc(0) }],
  ])('refuses %s with 401', (_name, forged) => {
    expect(verdictOf(forged as ReturnType<typeof request>)).toMatchObject({ ok: false, status: 401 })
  })

  it.each(['', 'not base64 at all', 'AAAA', 'A'.repeat(44), account.publicKey.slice(0, -2)])(
    'refuses, and does not throw, with the public key %p',
    (publicKey) => {
      expect(verdictOf(request(), publicKey)).toMatchObject({ ok: false, status: 401 })
    },
  )
})

describe('parseWebhook', () => {
  const parse = (rawBody: Buffer | string) => parseWebhook({ ...request(), rawBody: Buffer.from(rawBody) })
  const readFixture = (name: string) =>
    readFileSync(new URL(`./fixtures/webhooks/${name}.json`, import.meta.url), 'utf8')
  const parseFixture = (name: string) => parse(readFixture(name))
  const carrierCallId = 'v3:MdI91X4lWFEs7IgbBEOT9M4AigoY08M0WWZFISt1Yw2axZ_IiE4pqg'

  it('reads an incoming call, its codecs in the order offered', () => {
    expect(parseFixture('call-initiated')).toEqual({
      type: 'call-initiated',
      eventId: '0ccc7b54-4df3-4bca-a65a-3da1ecc777f0',
      occurredAt: '2026-02-02T22:25:27.521992Z',
      carrierCallId,
      direction: 'inbound',
      from: '+35319605860',
      to: '+13129457420',
      offeredEncodings: ['alaw', 'mulaw'],
    })
  })

  it.each([
    ['call-answered', { type: 'call-answered', carrierCallId }],
    ['streaming-started', { type: 'stream-started', carrierCallId }],
    ['streaming-stopped', { type: 'stream-stopped', carrierCallId }],
    ['streaming-failed', { type: 'stream-failed', carrierCallId, reason: 'connection_failed' }],
    ['call-hangup', { type: 'call-ended', carrierCallId, cause: 'completed', endedBy: 'caller' }],
    ['call-machine-premium-detection-ended', { type: 'answerer-detected', carrierCallId, answerer: 'machine' }],
    [
      'call-machine-premium-greeting-ended',
      { type: 'answerer-detected', carrierCallId, answerer: 'machine', beep: true },
    ],
    ['call-machine-detection-ended', { type: 'answerer-detected', carrierCallId, answerer: 'human' }],
    ['call-machine-greeting-ended', { type: 'machine-greeting-ended', carrierCallId }],
    ['call-dtmf-received', { type: 'dtmf', carrierCallId, digit: '1' }],
    ['call-bridged', { type: 'transfer-completed', carrierCallId }],
    ['call-recording-saved', { type: 'ignored', carrierCallId: '', name: 'call.recording.saved' }],
  ])('reads %s', (name, expected) => {
    expect(parseFixture(name)).toMatchObject(expected)
  })

  it.each([
    ['human_residence', 'human'],
    ['human_business', 'human'],
    ['machine', 'machine'],
    ['fax_detected', 'fax'],
    ['silence', 'unknown'],
    ['not_sure', 'unknown'],
    ['one of next year', 'unknown'],
  ])('reads the premium detection %s as %s', (result, answerer) => {
    const fixture = readFixture('call-machine-premium-detection-ended')
    expect(parse(fixture.replace('"result": "machine"', `"result": "${result}"`))).toMatchObject({ answerer })
  })

  it('tells of the new leg of a transfer in the words of the call that it was made for', () => {
    const state = Buffer.from(`transfer:${carrierCallId}`).toString('base64')
    const ofNewLeg = (name: string, cause = 'normal_clearing') =>
      parse(
        readFixture(name)
          .replace('normal_clearing', cause)
          .replaceAll(carrierCallId, 'v3:the-new-leg')
          .replace(/"client_state": (null|"[^"]*")/, `"client_state": "${state}"`),
      )
    expect(ofNewLeg('call-bridged')).toMatchObject({ type: 'transfer-completed', carrierCallId })
    expect(ofNewLeg('call-hangup')).toMatchObject({ type: 'transfer-failed', carrierCallId, reason: 'normal_clearing' })
    expect(ofNewLeg('call-hangup', 'originator_cancel')).toMatchObject({ type: 'ignored', carrierCallId })
    expect(ofNewLeg('call-answered')).toMatchObject({ type: 'ignored', carrierCallId })
    expect(ofNewLeg('call-initiated')).toMatchObject({ type: 'ignored', carrierCallId })
  })

  it('names the dial that made a call', () => {
    const state = Buffer.from('dial:command-7').toString('base64')
    const initiated = readFixture('call-initiated')
    expect(parse(initiated.replace('"client_state": null', `"client_state": "${state}"`))).toMatchObject({
      type: 'call-initiated',
      dialCommandId: 'command-7',
    })
    expect(parse(initiated).dialCommandId).toBeUndefined()
  })

  it.each([
    ['normal_clearing', 'completed'],
    ['time_limit', 'completed'],
    ['call_rejected', 'rejected'],
    ['originator_cancel', 'canceled'],
    ['user_busy', 'busy'],
    ['timeout', 'no-answer'],
    ['no_answer', 'no-answer'],
    ['not_found', 'failed'],
    ['unspecified', 'failed'],
    ['one of next year', 'failed'],
  ])('reads the hang-up cause %s as %s', (hangupCause, cause) => {
    const hangup = readFixture('call-hangup')
    expect(parse(hangup.replace('normal_clearing', hangupCause))).toMatchObject({ type: 'call-ended', cause })
  })

  it('takes a call whose number is withheld', () => {
    expect(parse(body.toString().replace('"from": "+35319605860"', '"from": ""'))).toMatchObject({ from: 'anonymous' })
  })

  it('refuses the flat format of API v1 and says what to set', () => {
    expect(() => parseFixture('v1-call-initiated')).toThrow(/API v1.*webhook API version.*2/)
  })

  it.each([
    ['no JSON', '{'],
    ['an array', '[]'],
    ['null', 'null'],
    ['no data', '{}'],
    ['data without an event type', '{"data":{"id":"1","occurred_at":"x","payload":{}}}'],
    [
      'an event without an id',
      '{"data":{"event_type":"call.answered","occurred_at":"x","payload":{"call_control_id":"c"}}}',
    ],
    ['an event without its call', '{"data":{"event_type":"call.answered","id":"1","occurred_at":"x","payload":{}}}'],
    ['a payload that is text', '{"data":{"event_type":"call.hangup","id":"1","occurred_at":"x","payload":"c"}}'],
    [
      'a key that no phone has',
      '{"data":{"event_type":"call.dtmf.received","id":"1","occurred_at":"x","payload":{"call_control_id":"c","digit":"12"}}}',
    ],
    ['an unknown direction', body.toString().replace('"incoming"', '"sideways"')],
    ['a call to nobody', body.toString().replace('"+13129457420"', 'null')],
  ])('throws a SyntaxError on %s', (_name, rawBody) => {
    expect(() => parse(rawBody)).toThrow(SyntaxError)
  })
})
