import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { parse, stringify } from 'node:querystring'
import type { WebhookRequest, WebhookVerdict } from '../../src/provider-kit/index.ts'
import type { TwilioCredentials } from './credentials.ts'

const refuse = (reason: string): WebhookVerdict => ({ ok: false, status: 403, reason })

const isEqual = (left: string, right: string): boolean => {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Names sorted, each value once and sorted, joined without separators. */
const joinParameters = (form: URLSearchParams): string =>
  [...new Set(form.keys())]
    .sort()
    .flatMap((name) => [...new Set(form.getAll(name))].sort().map((value) => `${name}${value}`))
    .join('')

/**
 * The signature that Twilio sends with a request: base64 of HMAC-SHA1 over the URL and the form's parameters.
 * @param url exactly as Twilio was given it, query string included
 * @param form empty for a WebSocket upgrade and for a body that is no form
 * Source: https://www.twilio.com/docs/usage/security#validating-requests, `lib/webhooks/webhooks.js` of `twilio` 6.2.0
 */
const signatureOf = ({ url, form, authToken }: { url: string; form: URLSearchParams; authToken: string }): string =>
  createHmac('sha1', authToken)
    .update(`${url}${joinParameters(form)}`, 'utf8')
    .digest('base64')

/** The URL without its port, and with it or the scheme's own. */
const portVariants = (url: string): string[] => {
  const [, scheme = '', userInfo = '', host = '', port = '', rest = ''] =
    /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*@)?(\[[^\]]*\]|[^/?#:]*)(:\d*)?(.*)$/is.exec(url) ?? []
  if (scheme === '') return [url]
  const standard = scheme.toLowerCase() === 'https://' ? ':443' : ':80'
  return [`${scheme}${userInfo}${host}${rest}`, `${scheme}${userInfo}${host}${port || standard}${rest}`]
}

/** As some of Twilio's back ends escape a query. */
const withLegacyQuery = (url: string): string => {
  const start = url.indexOf('?')
  return start < 0 || start === url.length - 1
    ? url
    : `${url.slice(0, start)}?${stringify(parse(url.slice(start + 1)))}`
}

/** Twilio is not consistent about the port and the escaping of what it signs: the forms that its own SDK tries. */
const urlVariants = (url: string): Set<string> => {
  const normalized = URL.canParse(url) ? portVariants(new URL(url).toString()) : []
  return new Set([...portVariants(url), ...normalized, ...normalized.map(withLegacyQuery)])
}

const bodyHashOf = (url: string): string | undefined =>
  URL.canParse(url) ? (new URL(url).searchParams.get('bodySHA256') ?? undefined) : undefined

/**
 * Verifies a Twilio webhook with the account's auth token. A form is signed with its parameters; any other body by its
 * SHA-256 in the URL's `bodySHA256`, which is signed as part of it. There is no timestamp in it: that a webhook came
 * before is told by its event id alone. Never throws; the reason repeats nothing of what was sent.
 */
export function verifyWebhook(
  { headers, rawBody, url }: WebhookRequest,
  { authToken }: Pick<TwilioCredentials, 'authToken'>,
): WebhookVerdict {
  const signature = headers['x-twilio-signature']
  if (signature === undefined) return refuse('The X-Twilio-Signature header is missing.')
  if (typeof signature !== 'string' || !/^[A-Za-z0-9+/]{27}=$/.test(signature)) {
    return refuse('The X-Twilio-Signature header is malformed.')
  }
  const bodyHash = bodyHashOf(url)
  if (bodyHash !== undefined && !isEqual(bodyHash, createHash('sha256').update(rawBody).digest('hex'))) {
    return refuse('The body is not the one that bodySHA256 names.')
  }
  const form = new URLSearchParams(bodyHash === undefined ? rawBody.toString('utf8') : '')
  let isSigned = false
  for (const candidate of urlVariants(url)) {
    if (isEqual(signature, signatureOf({ url: candidate, form, authToken }))) isSigned = true
  }
  return isSigned ? { ok: true } : refuse("The signature does not match the tenant's auth token and this URL.")
}
