import type { IncomingMessage } from 'node:http'

/** Headers that say nothing of whoever asks. */
const DULL =
  /^(host|connection|accept|accept-encoding|accept-language|content-type|content-length|user-agent|sec-.*|upgrade)$/

/** What a request brought, key first, each part in every writing: a key that is cut out in one of them stands in the next. */
export function echoOf({ url = '/', headers }: IncomingMessage, body: string): string {
  const query = [...new URL(url, 'http://echo').searchParams.values()]
  const values = Object.entries(headers).flatMap(([name, value]) => (DULL.test(name) ? [] : [String(value)]))
  const parts = [...values, ...query, ...(body === '' ? [] : [body])]
  const bare = parts.map((part) => part.replace(/^(Bearer|Token|Basic) /, ''))
  return bare.flatMap(writingsOf).join(' ')
}

const reverse = (text: string) => [...text].reverse().join('')

const writingsOf = (text: string): string[] => [
  text,
  Buffer.from(text).toString('base64'),
  Buffer.from(` ${text}`).toString('base64url'),
  Buffer.from(`api:${text}`).toString('base64'),
  Buffer.from(text).toString('hex'),
  Buffer.from(text).toString('hex').toUpperCase(),
  encodeURIComponent(text),
  JSON.stringify({ text }),
  reverse(text),
  text.slice(text.length / 2),
  reverse(text.slice(text.length / 2)),
]

/** An answer in which every field that a client of ours could read holds the text. */
export const echoBody = (path: string, echo: string): Record<string, unknown> => ({
  message: echo,
  // The four providers' own forms of an error.
  error: { message: echo, type: echo, code: echo, param: echo },
  detail: { status: echo, message: echo, code: echo, request_id: echo },
  err_code: echo,
  err_msg: echo,
  request_id: echo,
  errors: [{ code: echo, title: echo, detail: echo, meta: { url: echo }, source: { pointer: echo } }],
  // And of an account.
  projects: [{ project_id: echo.slice(0, 200), name: echo }],
  balances: [{ amount: 5, units: echo }],
  tier: echo,
  status: echo,
  currency: echo,
  permissions: [echo],
  expiresAt: echo,
  [echo.slice(0, 200)]: echo,
  data: path.startsWith('/v2/')
    ? {
        balance: echo,
        available_credit: echo,
        currency: echo,
        application_name: echo,
        webhook_event_url: `https://voice.example.com/webhooks/telnyx/${encodeURIComponent(echo.slice(0, 60))}`,
        webhook_api_version: echo,
        active: true,
      }
    : [{ id: echo }],
})

/** What a provider with a good key answers. */
export const goodBody = (url: string): unknown => {
  const { pathname } = new URL(url, 'http://good')
  if (pathname.endsWith('/balances')) return { balances: [{ amount: 120.5, units: 'usd' }] }
  if (pathname === '/v1/projects') return { projects: [{ project_id: 'p1', name: 'Corner Bakery' }] }
  if (pathname === '/v1/models') return { object: 'list', data: [{ id: 'gpt-4.1-mini' }] }
  if (pathname === '/v1/user/subscription') {
    return {
      tier: 'creator',
      status: 'active',
      character_count: 1,
      character_limit: 100_000,
      can_use_instant_voice_cloning: true,
    }
  }
  if (pathname === '/v2/balance') {
    return { data: { record_type: 'balance', balance: '300.00', available_credit: '400.00', currency: 'USD' } }
  }
  if (pathname.startsWith('/v2/')) {
    const webhook_event_url = 'https://voice.example.com/webhooks/telnyx/1'
    return { data: { id: '1', application_name: 'Calls', active: true, webhook_event_url, webhook_api_version: '2' } }
  }
  return { message: 'Good' }
}
