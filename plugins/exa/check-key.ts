import { isProviderError } from '../../src/provider-kit/index.ts'
import type { CheckKeyContext, KeyStatus, KeyVerdict, ProviderError } from '../../src/provider-kit/index.ts'
import type { ExaCredentials } from './credentials.ts'
import { getTeam, postSearch } from './request.ts'
import type { ExaTeam, SearchAnswer } from './request.ts'

const KEYS_URL = 'https://dashboard.exa.ai/api-keys'
const BILLING_URL = 'https://dashboard.exa.ai/billing'

const toRefusal = (error: ProviderError): KeyVerdict => {
  const refusals: Partial<Record<ProviderError['kind'], { status: KeyStatus; message: string; fixUrl: string }>> = {
    rejected: {
      status: 'rejected',
      message: 'Exa rejected this key. Check that it was copied whole and was not deleted, or create a new one.',
      fixUrl: KEYS_URL,
    },
    'out-of-credit': {
      status: 'out-of-credit',
      message: `The key is good. ${error.message} ${ADVICE[error.providerCode ?? ''] ?? 'Add credit in the billing settings.'}`,
      fixUrl: error.providerCode === 'API_KEY_BUDGET_EXCEEDED' ? KEYS_URL : BILLING_URL,
    },
    limited: { status: 'limited', message: 'The key is good, but its plan has no search.', fixUrl: BILLING_URL },
  }
  const refusal = refusals[error.kind]
  if (refusal) return { ...refusal, capabilities: { 'web-search': false }, metadata: {} }
  const { retryAfterMs } = error
  const message = `${error.message} The key itself was not judged; try again later.`
  return { status: 'unreachable', capabilities: {}, message, metadata: {}, ...(retryAfterMs && { retryAfterMs }) }
}

const ADVICE: Readonly<Record<string, string>> = {
  API_KEY_BUDGET_EXCEEDED: 'Raise it where the key was made.',
  TEAM_BUDGET_EXCEEDED: 'An administrator of the team can raise it.',
}

/** Exa names no currency but the dollar. */
const inDollars = (amount: number): string => `$${Number(amount.toFixed(4))}`

const toMetadata = (team: ExaTeam | undefined): KeyVerdict['metadata'] =>
  team ? { team: team.name, maxConcurrent: team.maxConcurrent } : {}

/** The cheapest search that Exa makes; where it does not know that one any more, the one that it makes by default. */
async function searchCheaply(context: CheckKeyContext<ExaCredentials>): Promise<SearchAnswer> {
  try {
    return await postSearch(context, { query: 'test', type: 'lite', numResults: 1 })
  } catch (error) {
    if (!isProviderError(error) || error.kind !== 'invalid-request') throw error
    return postSearch(context, { query: 'test', type: 'auto', numResults: 1 })
  }
}

/**
 * Asks for the key's team, which is free, so that a wrong key costs nothing; then makes the cheapest search there is
 * ($0.004), since nothing else tells whether the account has credit.
 * Source: https://exa.ai/docs/websets/api/teams/get-team-info, https://exa.ai/docs/admin/pricing
 */
export async function checkKey(context: CheckKeyContext<ExaCredentials>): Promise<KeyVerdict> {
  let team: ExaTeam | undefined
  try {
    team = await getTeam(context)
    const { costUsd } = await searchCheaply(context)
    const cost = costUsd === undefined ? undefined : inDollars(costUsd)
    return {
      status: 'valid',
      capabilities: { 'web-search': true },
      message: `The key works: a search was made with it.${cost === undefined ? '' : ` It cost ${cost}.`}`,
      metadata: { ...toMetadata(team), ...(cost !== undefined && { testCost: cost }) },
    }
  } catch (error) {
    if (!isProviderError(error)) throw error
    const verdict = toRefusal(error)
    return { ...verdict, metadata: verdict.status === 'unreachable' ? {} : toMetadata(team) }
  }
}
