/** What SerpAPI tells of an account, without its key and its owner's address. */
export type SerpApiAccount = {
  plan: string | null
  /** Of the plan and the bought ones together. */
  searchesLeft: number | null
  searchesThisMonth: number | null
  searchesPerMonth: number | null
  extraSearches: number | null
  searchesThisHour: number | null
  searchesPerHour: number | null
}

const asCount = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? Math.max(0, value) : null

/** A plan's name, `Big Data Plan`; nothing that could be a key or an address. */
const asPlan = (value: unknown): string | null =>
  typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9 .,+()&'$/-]{0,59}$/.test(value) && !/[0-9a-f]{16}/i.test(value)
    ? value
    : null

/**
 * Reads an answer of `GET /account.json`. It repeats the key and the owner's e-mail address: only what is named here is
 * taken over.
 * Source: https://serpapi.com/account-api
 * @returns undefined where it is not an account
 */
export function readAccount(json: unknown): SerpApiAccount | undefined {
  if (typeof json !== 'object' || json === null || !('account_id' in json || 'total_searches_left' in json)) {
    return undefined
  }
  const account = json as Record<string, unknown>
  const planSearches = asCount(account.plan_searches_left)
  const extraSearches = asCount(account.extra_credits)
  const summed = planSearches === null ? null : planSearches + (extraSearches ?? 0)
  return {
    plan: asPlan(account.plan_name),
    searchesLeft: asCount(account.total_searches_left) ?? summed,
    searchesThisMonth: asCount(account.this_month_usage),
    searchesPerMonth: asCount(account.searches_per_month),
    extraSearches,
    searchesThisHour: asCount(account.this_hour_searches) ?? asCount(account.last_hour_searches),
    searchesPerHour: asCount(account.account_rate_limit_per_hour),
  }
}
