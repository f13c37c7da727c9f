import { isProviderError, readRetryAfter } from '../../src/provider-kit/index.ts'
import type { CheckKeyContext, KeyStatus, KeyVerdict, ProviderError } from '../../src/provider-kit/index.ts'
import { readAccount } from './account.ts'
import type { SerpApiAccount } from './account.ts'
import type { SerpApiCredentials } from './credentials.ts'
import { toSerpApiError } from './errors.ts'
import { askSerpApi } from './request.ts'

const KEYS_URL = 'https://serpapi.com/manage-api-key'
const PLAN_URL = 'https://serpapi.com/change-plan'
const EVERYTHING = { 'web-search': true, 'maps-search': true }
const NOTHING = { 'web-search': false, 'maps-search': false }

const toRefusal = (error: ProviderError): KeyVerdict => {
  const refusals: Partial<Record<ProviderError['kind'], { status: KeyStatus; message: string; fixUrl: string }>> = {
    rejected: {
      status: 'rejected',
      message:
        error.providerCode === 'account_deleted'
          ? `${error.message} Enter a key of an account that exists.`
          : 'SerpAPI rejected this key. Check that it was copied whole and was not replaced by a newer one.',
      fixUrl: KEYS_URL,
    },
    'out-of-credit': { status: 'out-of-credit', message: outOfSearches(), fixUrl: PLAN_URL },
  }
  const refusal = refusals[error.kind]
  if (refusal) return { ...refusal, capabilities: NOTHING, metadata: {} }
  const { retryAfterMs } = error
  const message = `${error.message} The key itself was not judged; try again later.`
  return { status: 'unreachable', capabilities: {}, message, metadata: {}, ...(retryAfterMs && { retryAfterMs }) }
}

const outOfSearches = () =>
  'The key is good, but its SerpAPI account has no searches left. Wait for the next month, or change the plan.'

const format = (count: number): string => count.toLocaleString('en')

function toAccountVerdict(account: SerpApiAccount): KeyVerdict {
  const { searchesLeft, searchesPerMonth, searchesThisHour, searchesPerHour } = account
  const metadata = { ...account }
  if (searchesLeft === 0) {
    return {
      status: 'out-of-credit',
      capabilities: NOTHING,
      message: outOfSearches(),
      fixUrl: PLAN_URL,
      metadata,
    }
  }
  const left = searchesLeft === null ? '' : ` ${format(searchesLeft)} searches are left.`
  const perMonth = searchesPerMonth ? ` Its plan has ${format(searchesPerMonth)} a month.` : ''
  const isHourFull = searchesThisHour !== null && searchesPerHour ? searchesThisHour >= searchesPerHour : false
  const wait = isHourFull
    ? ` All ${format(searchesPerHour ?? 0)} searches of this hour are used: it searches again in the next one.`
    : ''
  return {
    status: 'valid',
    capabilities: EVERYTHING,
    message: `The key works.${left}${perMonth}${wait}`,
    metadata,
  }
}

/**
 * Reads the key's account: free, and not counted as a search.
 * Source: https://serpapi.com/account-api
 */
export async function checkKey(context: CheckKeyContext<SerpApiCredentials>): Promise<KeyVerdict> {
  try {
    const { status, json, headers } = await askSerpApi({ context, path: '/account.json' })
    const account = status === 200 ? readAccount(json) : undefined
    if (account) return toAccountVerdict(account)
    return toRefusal(toSerpApiError({ status, json, retryAfterMs: readRetryAfter(headers) }))
  } catch (error) {
    if (isProviderError(error)) return toRefusal(error)
    throw error
  }
}
