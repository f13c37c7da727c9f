import type { Payload } from 'payload'
import { compositionOf } from '../composition.ts'
import type { KeyRecord, StoredKeyStatus } from '../vault/index.ts'
import type { Stopped } from './find-stopped.ts'
import type { HealthRecord } from './health-record.ts'

/** The provider's name as it writes it; its id where nobody offers it any more. */
export function nameOfProvider({ payload, provider }: { payload: Payload; provider: string }): string {
  const { registry } = compositionOf(payload)
  return registry.has(provider) ? registry.get(provider).name : provider
}

const SENTENCES: Record<StoredKeyStatus, (name: string) => string> = {
  valid: (name) => `${name} accepted this key when it was last used.`,
  limited: (name) => `${name} refused something that this key was used for: it, or its plan, lacks the permission.`,
  'out-of-credit': (name) => `The key is good, but its ${name} account had no credit left when it was last used.`,
  rejected: (name) => `${name} refused this key when it was last used. Make a new one there and enter it here.`,
  unreachable: (name) => `${name} could not be reached.`,
  unverified: (name) => `Nothing is known of this ${name} key yet. Test it.`,
  undecryptable: () => 'This key can no longer be opened. Enter this key again.',
}

type UseMessageOptions = { payload: Payload; record: KeyRecord; status: StoredKeyStatus }

/** What the row says of a state that a use brought: a sentence, and where to mend it. */
export function messageOfUse({ payload, record, status }: UseMessageOptions): {
  message: string
  fixUrl: string | null
} {
  const { provider } = record
  const { registry } = compositionOf(payload)
  const isFine = status === 'valid' || !registry.has(provider)
  return {
    message: SENTENCES[status](nameOfProvider({ payload, provider })),
    fixUrl: isFine ? null : registry.get(provider).keyUrl,
  }
}

const HAPPENED: Partial<Record<StoredKeyStatus, (name: string) => string>> = {
  rejected: (name) => `${name} has refused your API key`,
  'out-of-credit': (name) => `Your ${name} account has had no credit left`,
  limited: (name) => `Your ${name} API key has lacked a permission`,
  undecryptable: (name) => `Your ${name} API key could not be opened`,
}

const TO_DO: Partial<Record<StoredKeyStatus, (name: string) => string>> = {
  rejected: (name) => `Make a new key at ${name} and enter it under API keys.`,
  'out-of-credit': (name) => `Add credit at ${name}; the key itself is good.`,
  limited: (name) => `Give the key its permission at ${name}, or change the plan.`,
  undecryptable: () => 'Enter the key again under API keys.',
}

/** How many names a sentence takes. */
const NAMES = 3

const listed = (names: readonly string[]): string =>
  names.length > NAMES ? `${names.slice(0, NAMES).join(', ')} and ${names.length - NAMES} more` : names.join(', ')

type AlertMessageOptions = { payload: Payload; record: HealthRecord; stopped: Stopped }

/** What an alert says of a state: what happened, since when, what stops, what to do. */
export function messageOfAlert({ payload, record, stopped }: AlertMessageOptions): string {
  const { status, statusSince, checkedAt, provider } = record
  const name = nameOfProvider({ payload, provider })
  const { services, agents } = stopped
  return [
    `${HAPPENED[status]?.(name) ?? `Your ${name} API key has been ${status}`} since ${toMoment(statusSince ?? checkedAt)}.`,
    ...(services.length > 0 ? [`As long as that is so, these do not work: ${listed(services)}.`] : []),
    ...(agents.length > 0 ? [`Agents that use it: ${listed(agents)}.`] : []),
    TO_DO[status]?.(name) ?? '',
  ].join(' ')
}

/** `21 November 2026, 05:50 UTC` */
export const toMoment = (date: string): string =>
  `${new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(new Date(date)).replace(' at ', ', ')} UTC`
