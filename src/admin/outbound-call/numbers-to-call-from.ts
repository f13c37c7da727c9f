import type { KeyDoc } from '../api-keys/types.ts'
import type { CallFacts } from './types.ts'

/** A phone number of the workspace as the REST gives it at depth 0. */
export type NumberDoc = { number: string; label?: string | null; provider: string; agent?: string | number | null }

/** What a key's document says of whether it serves. */
export type CarrierKey = Pick<KeyDoc, 'provider' | 'status' | 'capabilities'>

type NumbersOptions = {
  agent: string | number
  numbers: readonly NumberDoc[]
  keys: readonly CarrierKey[]
  /** Names of providers by id. */
  providerNames: Readonly<Record<string, string>>
}

/**
 * The numbers that an agent can call from: the agent's own first, those of an account that ran out of credit last, as
 * the server chooses where nobody does.
 */
export function numbersToCallFrom({
  agent,
  numbers,
  keys,
  providerNames,
}: NumbersOptions): Pick<CallFacts, 'numbers' | 'carriersWithoutKey'> {
  const nameOf = (provider: string) => providerNames[provider] ?? provider
  const serving = new Map(keys.filter(isServing).map((key) => [key.provider, key]))
  const isSpent = ({ provider }: NumberDoc) => serving.get(provider)?.status === 'out-of-credit'
  const rankOf = (number: NumberDoc) => (isSpent(number) ? 2 : 0) + (String(number.agent) === String(agent) ? 0 : 1)
  const usable = numbers.filter(({ provider }) => serving.has(provider))
  const others = numbers.filter(({ provider }) => !serving.has(provider))
  return {
    numbers: usable
      .toSorted((one, other) => rankOf(one) - rankOf(other))
      .map((doc) => {
        const { number, label, provider } = doc
        const carrier = isSpent(doc) ? `${nameOf(provider)}, out of credit` : nameOf(provider)
        return { number, label: [number, label, carrier].filter(Boolean).join(' · ') }
      }),
    carriersWithoutKey: [...new Set(others.map(({ provider }) => nameOf(provider)))],
  }
}

/** A key that could not be tested counts as good, and an empty account may have been filled since. */
const isServing = ({ status, capabilities }: CarrierKey): boolean =>
  status !== 'rejected' && status !== 'undecryptable' && !(status === 'limited' && capabilities.telephony === false)
