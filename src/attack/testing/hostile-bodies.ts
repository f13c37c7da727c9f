import type { IncomingMessage } from 'node:http'

/** Headers that say nothing of whoever asks. */
const DULL =
  /^(host|connection|accept|accept-encoding|accept-language|content-type|content-length|user-agent|sec-.*|upgrade)$/

/** What a request brought, key first, each part in every writing: a key that is cut out in one of them stands in the next. */
export function echoOf({ url = '/', headers }: IncomingMessage, body: string): string {
  const asked = [...new URL(url, 'http://echo').searchParams]
  const isKey = ([name]: readonly string[]) => /key|token/i.test(name ?? '')
  const query = [...asked.filter(isKey), ...asked.filter((pair) => !isKey(pair))].map(([, value]) => value ?? '')
  const values = Object.entries(headers).flatMap(([name, value]) => (DULL.test(name) ? [] : [String(value)]))
  const parts = [...values, ...query, ...(body === '' ? [] : [body])]
  const bare = parts.map((part) => part.replace(/^(Bearer|Token|Basic) /, ''))
  return [...passwordOf(headers), ...bare].flatMap(writingsOf).join(' ')
}

const passwordOf = ({ authorization = '' }: IncomingMessage['headers']): string[] =>
  authorization.startsWith('Basic ')
    ? [Buffer.from(authorization.slice(6), 'base64').toString().replace(/^.*:/, '')]
    : []

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

/** Where providers say what is wrong in a sentence under `error`, in the place of an object. */
const ERROR_IN_WORDS = /^\/(account\.json|search(\.json)?|v1\/api-key|v2\/transcript|websets\/)/

/** An answer in which every field that a client of ours could read holds the text. */
export const echoBody = (path: string, echo: string): Record<string, unknown> => ({
  message: echo,
  // The providers' own forms of an error.
  error: ERROR_IN_WORDS.test(path)
    ? echo
    : { message: echo, type: echo, code: echo, param: echo, status: echo, details: [{ reason: echo, domain: echo }] },
  detail: { status: echo, message: echo, code: echo, request_id: echo },
  ...Object.fromEntries(ERROR_FIELDS.map((field) => [field, echo])),
  errors: [{ code: echo, title: echo, detail: echo, meta: { url: echo }, source: { pointer: echo } }],
  // And of an account.
  ...Object.fromEntries(ACCOUNT_FIELDS.map((field) => [field, echo])),
  projects: [{ project_id: echo.slice(0, 200), name: echo }],
  balances: [{ amount: 5, units: echo }],
  permissions: [echo],
  character_limit: 100_000,
  total_searches_left: 5,
  acls: ['api-key:model:*', 'api-key:endpoint:*', echo],
  ...{ team_blocked: false, api_key_blocked: false, api_key_disabled: false },
  results: [{ title: echo, url: `https://found.example/${encodeURIComponent(echo)}`, highlights: [echo], id: echo }],
  search_metadata: { id: 's1', status: 'Success' },
  organic_results: [{ title: echo, link: `https://found.example/${encodeURIComponent(echo)}`, snippet: echo }],
  models: [{ id: echo, name: `models/${echo}`, supportedGenerationMethods: ['generateContent'] }],
  voices: [{ voice_id: echo, name: echo, category: echo, labels: { accent: echo }, preview_url: echo }],
  project: { limits: { transcribe_concurrent: 10 }, current: { transcribe_concurrent: 0 }, name: echo },
  incoming_phone_numbers: [{ phone_number: echo, voice_url: echo }],
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
    : [{ id: echo, name: echo, display_name: echo, description: echo, language: echo }],
})

const ERROR_FIELDS = [
  ...['err_code', 'err_msg', 'request_id', 'requestId', 'tag', 'code', 'error_code', 'error_type', 'error_message'],
  ...['title', 'more_info'],
]
const ACCOUNT_FIELDS = [
  ...['tier', 'status', 'currency', 'expiresAt', 'id', 'name', 'friendly_name', 'type', 'balance'],
  ...['account_id', 'account_email', 'api_key', 'plan_name', 'redacted_api_key', 'team_id'],
]

/** The first word of a good provider on its socket, in the three forms that checks of keys wait for. */
export const GOOD_GREETING = JSON.stringify({
  type: 'Begin',
  message_type: 'session_started',
  session_id: 's1',
  finished: true,
})

/** What a provider with a good key answers. */
export const goodBody = (url: string): unknown => {
  const { pathname } = new URL(url, 'http://good')
  const known = GOOD_BODIES.find(([path]) => path.test(pathname))
  return known ? known[1] : { message: 'Good' }
}

const GOOD_BODIES: readonly (readonly [RegExp, unknown])[] = [
  [/\/balances$/, { balances: [{ amount: 120.5, units: 'usd' }] }],
  [/^\/v1\/projects$/, { projects: [{ project_id: 'p1', name: 'Corner Bakery' }] }],
  [/^\/v1\/models$/, { object: 'list', data: [{ id: 'gpt-4.1-mini' }], models: [] }],
  [
    /^\/v1\/user\/subscription$/,
    {
      tier: 'creator',
      status: 'active',
      character_count: 1,
      character_limit: 100_000,
      can_use_instant_voice_cloning: true,
    },
  ],
  [
    /^\/v1\/api-key$/,
    {
      acls: ['api-key:model:*', 'api-key:endpoint:*'],
      team_blocked: false,
      api_key_blocked: false,
      api_key_disabled: false,
    },
  ],
  [/^\/v1beta\/models$/, { models: [{ name: 'models/gemini', supportedGenerationMethods: ['generateContent'] }] }],
  [/^\/v[12]\/voices$|^\/voices$/, { data: [{ id: 'v1', name: 'Ann' }], voices: [{ voice_id: 'v1', name: 'Ann' }] }],
  [/^\/account\.json$/, { account_id: '1', total_searches_left: 100 }],
  [/^\/websets\//, { id: 't1', name: 'Corner Bakery' }],
  [/^\/search$/, { results: [{ title: 'Tea', url: 'https://tea.example' }] }],
  [/\/Balance\.json$/, { balance: '120.50', currency: 'USD' }],
  [/\/IncomingPhoneNumbers\.json$/, { incoming_phone_numbers: [] }],
  [/^\/2010-04-01\/Accounts\//, { friendly_name: 'Corner Bakery', status: 'active', type: 'Full' }],
  [
    /^\/v2\/balance$/,
    { data: { record_type: 'balance', balance: '300.00', available_credit: '400.00', currency: 'USD' } },
  ],
  [
    /^\/v2\//,
    {
      data: {
        id: '1',
        application_name: 'Calls',
        active: true,
        webhook_event_url: 'https://voice.example.com/webhooks/telnyx/1',
        webhook_api_version: '2',
      },
    },
  ],
]
