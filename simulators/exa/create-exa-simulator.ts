import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { createSimulatorServer } from '../kit/index.ts'
import type { SimulatorAnswer, SimulatorRequest } from '../kit/index.ts'
import { readSearch } from './read-search.ts'
import type { ExaSearch } from './read-search.ts'

/** The team and the key's own budget. What is not said is that of a team with plenty. */
export type ExaSimulatedKey = {
  /** In US dollars; spent by every search. */
  credit?: number
  /** Of the key itself, in US dollars. */
  keyBudget?: number
  /** Of the team for the period, in US dollars. */
  teamBudget?: number
  teamName?: string
  /** False: the free call for the team answers 403. */
  hasWebsets?: boolean
  /** False: search answers 403. */
  hasSearch?: boolean
}

/**
 * - `rate-limit`: 429, in the shorter form that Exa uses for it, with `Retry-After`
 * - `overloaded`: 503, not charged
 * - `not-json`: a page of a firewall, with 403
 * - `old-types`: `lite` is not known
 * - `stall`: nothing is ever answered
 */
export type ExaFault = 'rate-limit' | 'overloaded' | 'not-json' | 'old-types' | 'stall'

export type SimulatedResult = {
  title: string | null
  url: string
  publishedDate?: string | null
  author?: string | null
  highlights?: string[]
}

export type ExaSimulatorOptions = {
  keys: Readonly<Record<string, ExaSimulatedKey>>
  /** How long a search takes, in ms. Default 0. */
  latencyMs?: number
  /** What the web says of any words, best first. */
  findPages?(search: ExaSearch): SimulatedResult[]
  /** Default: any free port. */
  port?: number
}

export type ExaSimulator = {
  /** What `EXA_BASE_URL` takes. */
  origin: string
  requests: readonly SimulatorRequest[]
  /** Every key that was presented, good or bad. */
  seenKeys: ReadonlySet<string>
  /** What a key has spent, in US dollars. */
  spentBy(key: string): number
  /** Holds for every request from now on, until it is set to undefined. */
  setFault(fault: ExaFault | undefined): void
  close(): Promise<void>
}

type Team = Required<ExaSimulatedKey> & { spent: number }

const PLENTY = {
  credit: 20,
  keyBudget: 100,
  teamBudget: 100,
  teamName: 'Front desk',
  hasWebsets: true,
  hasSearch: true,
}

/** Dollars a request, up to ten results. Source: https://exa.ai/docs/admin/pricing, https://exa.ai/changelog */
const PRICES: Readonly<Record<ExaSearch['type'], number>> = {
  lite: 0.004,
  auto: 0.007,
  fast: 0.007,
  instant: 0.004,
  neural: 0.007,
  keyword: 0.007,
  'deep-lite': 0.012,
  deep: 0.012,
  'deep-reasoning': 0.015,
}

/**
 * A local stand-in for api.exa.ai: `POST /search` and `GET /websets/v0/teams/me`. Strict about keys and bodies, charges
 * as Exa does, and repeats the key in its refusals, which Exa does not: whoever shows or logs that text leaks the key.
 * Source: https://exa.ai/docs/reference/search, https://exa.ai/docs/admin/error-codes
 */
export async function createExaSimulator(options: ExaSimulatorOptions): Promise<ExaSimulator> {
  const { latencyMs = 0, port, findPages = findSomePages } = options
  const teams = new Map<string, Team>(
    Object.entries(options.keys).map(([key, team]) => [key, { ...PLENTY, ...team, spent: 0 }]),
  )
  const seenKeys = new Set<string>()
  let fault: ExaFault | undefined

  const search = async (key: string, team: Team, body: string): Promise<SimulatorAnswer> => {
    if (!team.hasSearch) return refuse(403, 'FEATURE_DISABLED', `Search is not part of the plan of ${key}.`)
    const read = readSearch(body)
    if ('error' in read) return refuse(400, 'INVALID_REQUEST_BODY', read.error)
    const { search: wanted } = read
    if (fault === 'old-types' && wanted.type === 'lite') {
      return refuse(400, 'INVALID_REQUEST_BODY', `Invalid request body | Invalid enum value, received 'lite' at "type"`)
    }
    const price = PRICES[wanted.type] + Math.max(0, wanted.numResults - 10) * 0.001
    if (team.credit < price) return refuse(402, 'NO_MORE_CREDITS', EMPTY)
    if (team.keyBudget < price) return refuse(402, 'API_KEY_BUDGET_EXCEEDED', `The budget of ${key} is used up.`)
    if (team.teamBudget < price) return refuse(402, 'TEAM_BUDGET_EXCEEDED', 'The budget of the team is used up.')
    if (latencyMs > 0) await pause(latencyMs)
    for (const purse of ['credit', 'keyBudget', 'teamBudget'] as const) team[purse] -= price
    team.spent += price
    return { status: 200, body: answer(wanted, findPages(wanted), price) }
  }

  const server = await createSimulatorServer({
    port,
    onUpgrade: () => ({ refuse: { status: 404 } }),
    onRequest({ method, path, headers, body }) {
      const key = keyOf(headers)
      if (key) seenKeys.add(key)
      if (fault === 'stall') return new Promise<never>(() => {})
      if (fault === 'not-json') return { status: 403, headers: { 'content-type': 'text/html' }, body: FIREWALL }
      const isTeam = method === 'GET' && path === '/websets/v0/teams/me'
      if (!isTeam && !(method === 'POST' && path === '/search'))
        return refuse(404, 'NOT_FOUND', `Cannot ${method} ${path}`)
      const team = teams.get(key)
      if (!team) return refuse(401, 'INVALID_API_KEY', `Invalid API key ${key}`)
      if (fault === 'rate-limit') return RATE_LIMITED
      if (fault === 'overloaded') return refuse(503, 'SERVICE_OVERLOADED', 'Exa is overloaded. You were not charged.')
      if (!isTeam) return search(key, team, body.toString('utf8'))
      return team.hasWebsets
        ? { status: 200, body: describe(team) }
        : refuse(403, 'FEATURE_DISABLED', 'Websets are not part of your plan.')
    },
  })

  return {
    origin: server.origin,
    requests: server.requests,
    seenKeys,
    spentBy: (key) => Number((teams.get(key)?.spent ?? 0).toFixed(6)),
    setFault(next) {
      fault = next
    },
    close: server.close,
  }
}

/** `x-api-key`, or Bearer. */
const keyOf = (headers: SimulatorRequest['headers']): string =>
  String(headers['x-api-key'] ?? /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? '')

const newId = () => randomBytes(16).toString('hex')

/** Source: https://exa.ai/docs/admin/error-codes */
const refuse = (status: number, tag: string, error: string): SimulatorAnswer => ({
  status,
  body: { requestId: newId(), error, tag },
})

const EMPTY = 'You have exceeded your credits limit. Please top up to keep using Exa at dashboard.exa.ai'
const FIREWALL = '<html><head><title>Attention required</title></head><body>You have been blocked.</body></html>'
const RATE_LIMITED: SimulatorAnswer = {
  status: 429,
  headers: { 'retry-after': '2' },
  body: { error: "You've exceeded your Exa rate limit of 10 requests per second." },
}

/** Source: https://exa.ai/docs/websets/api/teams/get-team-info */
const describe = ({ teamName }: Team) => ({
  object: 'team',
  id: 'team_0123456789',
  name: teamName,
  concurrency: { active: 0, queued: 0 },
  limits: { maxConcurrent: 10, maxQueued: 50 },
})

function answer(search: ExaSearch, pages: SimulatedResult[], price: number) {
  const results = pages.slice(0, search.numResults).map(({ highlights, ...page }) => ({
    id: page.url,
    ...page,
    ...(search.contents?.highlights && {
      highlights: highlights ?? [],
      highlightScores: highlights?.map(() => 0.5) ?? [],
    }),
    ...(search.contents?.text && { text: `The whole text of ${page.url}.` }),
  }))
  return { requestId: newId(), results, costDollars: { total: price, search: { [search.type]: price } } }
}

/** The same pages for the same words; `nowhere` finds none. */
function findSomePages({ query }: ExaSearch): SimulatedResult[] {
  if (/\bnowhere\b/i.test(query)) return []
  return Array.from({ length: 30 }, (_, index) => ({
    title: index % 7 === 6 ? null : `${query}, page ${index + 1}`,
    url: `https://www.example.com/${encodeURIComponent(query)}/${index + 1}`,
    publishedDate: index % 3 === 2 ? null : '2025-03-03T00:00:00.000Z',
    author: null,
    highlights: index % 4 === 3 ? [] : [`What page ${index + 1} says of ${query}.`, 'And one thing more.'],
  }))
}
