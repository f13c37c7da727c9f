import { AGENTS, PHONE_NUMBERS } from '../../collections/slugs.ts'
import type { ApiResult } from '../data/api-result.ts'
import { requestApi } from '../data/request-api.ts'
import { numbersToCallFrom } from './numbers-to-call-from.ts'
import type { CarrierKey, NumberDoc } from './numbers-to-call-from.ts'
import type { CallFacts } from './types.ts'

type AgentDoc = { variables?: { name?: string | null; default?: string | null; description?: string | null }[] | null }
type List<Doc> = { docs: Doc[] }

/** More than anybody has; the carriers give out numbers one by one. */
const MOST_NUMBERS = 500

/**
 * Reads what a call needs as it is now: the published agent's variables, and the numbers that it can call from.
 * @param options.agent id of the agent
 * @param options.tenant the agent's workspace
 */
export async function loadCallFacts({
  agent,
  tenant,
}: {
  agent: string | number
  tenant: string
}): Promise<ApiResult<CallFacts>> {
  const inWorkspace = `where[tenant][equals]=${encodeURIComponent(tenant)}`
  const [published, numbers, keys, providers] = await Promise.all([
    requestApi<AgentDoc>({ path: `/${AGENTS}/${agent}?depth=0&draft=false&select[variables]=true`, tenant }),
    requestApi<List<NumberDoc>>({
      path: `/${PHONE_NUMBERS}?depth=0&limit=${MOST_NUMBERS}&sort=createdAt&${inWorkspace}`,
      tenant,
    }),
    requestApi<List<CarrierKey>>({ path: '/user-api-keys', tenant }),
    requestApi<List<{ id: string; name: string }>>({ path: '/providers', tenant }),
  ])
  if (!published.ok) return published
  if (!numbers.ok) return numbers
  if (!keys.ok) return keys
  if (!providers.ok) return providers
  const providerNames = Object.fromEntries(providers.data.docs.map(({ id, name }) => [id, name]))
  return {
    ok: true,
    data: {
      variables: toVariables(published.data),
      ...numbersToCallFrom({ agent, numbers: numbers.data.docs, keys: keys.data.docs, providerNames }),
    },
  }
}

const toVariables = ({ variables }: AgentDoc): CallFacts['variables'] =>
  (variables ?? []).flatMap(({ name, default: value, description }) =>
    name ? [{ name, ...(value ? { default: value } : {}), ...(description ? { description } : {}) }] : [],
  )
