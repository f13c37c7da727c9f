import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import twilioSdk from 'twilio'
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js'
import { verifyWebhook } from './signature.ts'

const authToken = 'deadbeefdeadbeefdeadbeefdeadbeef'
const URL_OF_OURS = 'https://patchbay.example/webhooks/twilio/tenant-1/voice'
const parameters = {
  CallSid: `CA${'0a'.repeat(16)}`,
  From: '+13125550199',
  To: '+13125550100',
  Caller: 'Zoë & Söhne <1+1=2>',
  FromCity: '',
  AccountSid: `AC${'1f'.repeat(16)}`,
  a: 'sorted behind the capitals',
}
const body = new URLSearchParams(parameters).toString()

type Change = { url?: string; signedUrl?: string; rawBody?: string; signature?: unknown; token?: string }

const sign = (url: string, form: Record<string, unknown> = parameters, token = authToken) =>
  getExpectedTwilioSignature(token, url, form)

const verdictOf = ({ url = URL_OF_OURS, signedUrl = url, rawBody = body, token = authToken, ...rest }: Change = {}) => {
  const signature = 'signature' in rest ? rest.signature : sign(signedUrl, parameters, token)
  const headers = { 'x-twilio-signature': signature as string | undefined }
  return verifyWebhook({ path: 'voice', headers, rawBody: Buffer.from(rawBody), url }, { authToken })
}

describe('verifyWebhook', () => {
  it('accepts what the account signed, as the official SDK does', () => {
    expect(twilioSdk.validateRequest(authToken, sign(URL_OF_OURS), URL_OF_OURS, parameters)).toBe(true)
    expect(verdictOf()).toEqual({ ok: true })
  })

  it.each([
    ['a query', `${URL_OF_OURS}?dial=call-1`, `${URL_OF_OURS}?dial=call-1`],
    [
      'the standard port, signed without it',
      'https://patchbay.example:443/webhooks',
      'https://patchbay.example/webhooks',
    ],
    [
      'no port, signed with the standard one',
      'https://patchbay.example/webhooks',
      'https://patchbay.example:443/webhooks',
    ],
    ['no port over HTTP, signed with 80', 'http://patchbay.example/webhooks', 'http://patchbay.example:80/webhooks'],
    ['another port, signed with it', 'https://patchbay.example:8443/hook', 'https://patchbay.example:8443/hook'],
    ['another port, signed without it', 'https://patchbay.example:8443/hook', 'https://patchbay.example/hook'],
    ['an IPv6 address', 'https://[::1]/hook', 'https://[::1]:443/hook'],
    ['a user', 'https://user:pass@patchbay.example/hook', 'https://user:pass@patchbay.example:443/hook'],
    ['a quote, escaped by Twilio', "https://patchbay.example/hook?a=it's", 'https://patchbay.example/hook?a=it%27s'],
    ['capitals in the host', 'https://Patchbay.Example/hook', 'https://patchbay.example/hook'],
  ])('accepts a URL with %s', (_name, url, signedUrl) => {
    expect(twilioSdk.validateRequest(authToken, sign(signedUrl), url, parameters)).toBe(true)
    expect(verdictOf({ url, signedUrl })).toEqual({ ok: true })
  })

  it('counts a parameter that comes several times by its different values', () => {
    const rawBody = 'Event=b&Event=a&Event=b'
    const signature = sign(URL_OF_OURS, { Event: ['b', 'a', 'b'] })
    expect(verdictOf({ rawBody, signature })).toEqual({ ok: true })
  })

  it('verifies a body of JSON by the SHA-256 in the URL', () => {
    const rawBody = '{"event":"debugger"}'
    const url = `${URL_OF_OURS}?bodySHA256=${createHash('sha256').update(rawBody).digest('hex')}`
    const signature = sign(url, {})
    expect(twilioSdk.validateRequestWithBody(authToken, signature, url, rawBody)).toBe(true)
    expect(verdictOf({ url, rawBody, signature })).toEqual({ ok: true })
    expect(verdictOf({ url, rawBody: rawBody.replace('debugger', 'debuggex'), signature })).toMatchObject({
      ok: false,
      status: 403,
    })
    expect(verdictOf({ url: url.replace('bodySHA256=', 'x='), rawBody, signature })).toMatchObject({ ok: false })
  })

  it.each<[string, Change]>([
    ['a parameter changed', { rawBody: body.replace('550199', '550198') }],
    ['a parameter added', { rawBody: `${body}&x=1` }],
    ['a parameter taken away', { rawBody: body.replace('&FromCity=', '') }],
    ['no body', { rawBody: '' }],
    ['the token of another account', { token: 'feedfacefeedfacefeedfacefeedface' }],
    ['another path', { signedUrl: URL_OF_OURS.replace('voice', 'status') }],
    ['another tenant', { signedUrl: URL_OF_OURS.replace('tenant-1', 'tenant-2') }],
    ['another host', { signedUrl: URL_OF_OURS.replace('patchbay', 'elsewhere') }],
    ['another scheme', { signedUrl: URL_OF_OURS.replace('https', 'http') }],
    ['another query', { signedUrl: `${URL_OF_OURS}?a=1` }],
    ['no signature', { signature: undefined }],
    ['an empty signature', { signature: '' }],
    ['a signature of zeros', { signature: `${'A'.repeat(27)}=` }],
    ['a short signature', { signature: 'AAAA' }],
    ['a signature in hexadecimal', { signature: 'ab'.repeat(20) }],
    ['two signatures', { signature: ['a', 'b'] }],
  ])('refuses with 403 %s', (_name, change) => {
    expect(verdictOf(change)).toMatchObject({ ok: false, status: 403 })
  })

  it('says nothing of what was sent, and throws nothing over a URL that is none', () => {
    const verdict = verdictOf({ rawBody: 'secret=hunter2', url: 'no url at all' })
    expect(verdict).toMatchObject({ ok: false, status: 403 })
    expect(JSON.stringify(verdict)).not.toMatch(/hunter2|deadbeef/)
  })
})
