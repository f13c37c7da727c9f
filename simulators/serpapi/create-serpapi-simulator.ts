import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { createSimulatorServer } from '../kit/index.ts'
import type { SimulatorAnswer, SimulatorRequest } from '../kit/index.ts'
import { findPages, findPlaces } from './findings.ts'
import { answerSearch } from './answer-search.ts'
import { readSearch } from './read-search.ts'

/** The account behind a key. What is not said is that of a plan with plenty left. */
export type SerpApiSimulatedKey = {
  plan?: string
  searchesPerMonth?: number
  /** Of the plan, this month. */
  planSearchesLeft?: number
  extraCredits?: number
  searchesPerHour?: number
  searchesThisHour?: number
  /** Every request answers 403. */
  isDeleted?: boolean
}

/**
 * - `rate-limit`: 429 to everything, with `Retry-After`
 * - `failed-search`: 503 and a search whose status is `Error`
 * - `not-json`: a page of a firewall, with 403
 * - `stall`: nothing is ever answered
 */
export type SerpApiFault = 'rate-limit' | 'failed-search' | 'not-json' | 'stall'

export type SerpApiSimulatorOptions = {
  keys: Readonly<Record<string, SerpApiSimulatedKey>>
  /** How long a search takes, in ms. Default 0. */
  latencyMs?: number
  findPages?: typeof findPages
  findPlaces?: typeof findPlaces
  /** Default: any free port. */
  port?: number
}

export type SerpApiSimulator = {
  /** What `SERPAPI_BASE_URL` takes. */
  origin: string
  requests: readonly SimulatorRequest[]
  /** Every key that was presented, good or bad. */
  seenKeys: ReadonlySet<string>
  /** Searches that were counted, by key. */
  searchesOf(key: string): number
  /** Holds for every request from now on, until it is set to undefined. */
  setFault(fault: SerpApiFault | undefined): void
  close(): Promise<void>
}

type Account = Required<SerpApiSimulatedKey> & { searches: number }

const PLENTY = {
  plan: 'Big Data Plan',
  searchesPerMonth: 30_000,
  planSearchesLeft: 5_958,
  extraCredits: 0,
  searchesPerHour: 6_000,
  searchesThisHour: 42,
  isDeleted: false,
}

/** The middle of the map where nobody says another. */
const ANYWHERE = { latitude: 30.267153, longitude: -97.743057 }

/**
 * A local stand-in for serpapi.com: `GET /account.json` and `GET /search.json` for Google and Google Maps. Strict about
 * keys and parameters; counts searches as the account does. Repeats the key wherever the real one does, and in its
 * refusal of a wrong key too, which is worse than the real one.
 * Source: https://serpapi.com/account-api, https://serpapi.com/api-status-and-error-codes
 */
export async function createSerpApiSimulator(options: SerpApiSimulatorOptions): Promise<SerpApiSimulator> {
  const { latencyMs = 0, port } = options
  const accounts = new Map<string, Account>(
    Object.entries(options.keys).map(([key, account]) => [key, { ...PLENTY, ...account, searches: 0 }]),
  )
  const seenKeys = new Set<string>()
  let fault: SerpApiFault | undefined

  const search = async (account: Account, query: URLSearchParams): Promise<SimulatorAnswer> => {
    if (account.planSearchesLeft + account.extraCredits <= 0)
      return refuse(429, 'Your account has run out of searches.')
    if (account.searchesThisHour >= account.searchesPerHour) {
      return refuse(429, 'You are exceeding the hourly throughput limit of your account.')
    }
    const read = readSearch(query)
    if ('error' in read) return refuse(400, read.error)
    if (latencyMs > 0) await pause(latencyMs)
    account.searches += 1
    account.searchesThisHour += 1
    if (account.planSearchesLeft > 0) account.planSearchesLeft -= 1
    else account.extraCredits -= 1
    const { request } = read
    const id = randomBytes(12).toString('hex')
    const pages = () => (options.findPages ?? findPages)(request.query)
    const places = () => (options.findPlaces ?? findPlaces)(request.query, request.around ?? ANYWHERE)
    return { status: 200, body: answerSearch({ id, request, query, pages, places }) }
  }

  const server = await createSimulatorServer({
    port,
    onUpgrade: () => ({ refuse: { status: 404 } }),
    onRequest(request) {
      const { method, path, query } = request
      const key = query.get('api_key') ?? ''
      if (key) seenKeys.add(key)
      if (fault === 'stall') return new Promise<never>(() => {})
      if (fault === 'not-json') return { status: 403, headers: { 'content-type': 'text/html' }, body: FIREWALL }
      const isAccount = path === '/account.json' || path === '/account'
      const isSearch = path === '/search.json' || path === '/search'
      if (method !== 'GET' || !(isAccount || isSearch)) return refuse(404, `Not found: ${path}`)
      const account = accounts.get(key)
      if (!account) return refuse(401, invalidKey(key))
      if (account.isDeleted) return refuse(403, 'The account associated with this API key has been deleted.')
      if (fault === 'rate-limit') {
        return {
          ...refuse(429, 'You are exceeding the hourly throughput limit of your account.'),
          headers: { 'retry-after': '120' },
        }
      }
      if (fault === 'failed-search' && isSearch) return FAILED_SEARCH
      return isAccount ? { status: 200, body: describe(key, account) } : search(account, query)
    },
  })

  return {
    origin: server.origin,
    requests: server.requests,
    seenKeys,
    searchesOf: (key) => accounts.get(key)?.searches ?? 0,
    setFault(next) {
      fault = next
    },
    close: server.close,
  }
}

const refuse = (status: number, error: string): SimulatorAnswer => ({ status, body: { error } })

const invalidKey = (key: string) =>
  `Invalid API key${key ? ` ${key}` : ''}. Your API key should be here: https://serpapi.com/manage-api-key`

const FIREWALL = '<html><head><title>Attention required</title></head><body>You have been blocked.</body></html>'

/** Source: https://serpapi.com/search-errors */
const FAILED_SEARCH: SimulatorAnswer = {
  status: 503,
  body: {
    search_metadata: { id: '64c32cfeb68f8bc186aaa013', status: 'Error' },
    error: "We couldn't get valid results for this search. Please try again later.",
  },
}

/** Source: https://serpapi.com/account-api */
const describe = (key: string, account: Account) => ({
  account_id: createHash('sha256').update(key).digest('hex').slice(0, 24),
  api_key: key,
  account_email: 'owner@example.com',
  account_status: 'Active',
  plan_id: 'bigdata',
  plan_name: account.plan,
  plan_monthly_price: 250,
  searches_per_month: account.searchesPerMonth,
  plan_searches_left: account.planSearchesLeft,
  extra_credits: account.extraCredits,
  total_searches_left: account.planSearchesLeft + account.extraCredits,
  this_month_usage: account.searchesPerMonth - account.planSearchesLeft,
  this_hour_searches: account.searchesThisHour,
  last_hour_searches: account.searchesThisHour,
  account_rate_limit_per_hour: account.searchesPerHour,
})
