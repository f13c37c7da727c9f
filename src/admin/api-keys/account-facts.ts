import { countOf, sentenceCase } from './words.ts'
import type { KeyDoc } from './types.ts'

/** One thing that a provider tells of the account behind a key. */
export type AccountFact = { name: string; value: string; isTime?: boolean }

type Metadata = KeyDoc['metadata']

const ISO_DATE = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/

/** Told elsewhere on the page, or for machines. */
const SILENT = new Set(['currency', 'expiresAt', 'webhookApiVersion', 'hasDefaultModel'])

/**
 * What a provider tells of an account, as people read it: a balance with its currency, a count with its limit in one
 * line. Yes and no are for the machine: where they matter, the verdict says it in words.
 */
export function accountFactsOf(metadata: Metadata): AccountFact[] {
  const facts: AccountFact[] = []
  const told = new Set<string>()
  for (const [name, value] of Object.entries(metadata)) {
    if (told.has(name) || SILENT.has(name) || value === null || value === '' || typeof value === 'boolean') continue
    const limit = limitOf(name, metadata)
    if (limit) told.add(limit.name)
    if (limit && typeof value === 'number')
      facts.push({ name: limit.label, value: `${format(value)} of ${format(limit.value)}` })
    else if (isMoney(name)) facts.push({ name: sentenceCase(name), value: formatMoney(value, metadata.currency) })
    else if (ISO_DATE.test(String(value))) facts.push({ name: sentenceCase(name), value: String(value), isTime: true })
    else facts.push({ name: sentenceCase(name), value: typeof value === 'number' ? format(value) : String(value) })
  }
  return facts
}

/** The credit of an account in one word: what may be spent, else the balance. */
export function balanceOf(metadata: Metadata): string | undefined {
  const value = metadata.availableCredit ?? metadata.balance
  return value === null || value === undefined || value === '' ? undefined : formatMoney(value, metadata.currency)
}

/** The plan of an account, in the provider's own word. */
export function planOf({ tier, plan }: Metadata): string | undefined {
  const word = plan ?? tier
  return typeof word === 'string' && word !== '' ? sentenceCase(word) : undefined
}

/** How many days the credit lasts at the present pace. */
export const lastsFor = (days: number): string =>
  days < 1 ? 'less than a day' : days > 365 ? 'more than a year' : `about ${countOf(Math.round(days), 'day')}`

const isMoney = (name: string): boolean => name === 'balance' || name === 'availableCredit'

/** An amount with its currency where that is known: "100.00 USD". */
export function formatMoney(value: unknown, currency: unknown): string {
  const amount = Number(value)
  if (Number.isNaN(amount)) return String(value)
  const text = amount.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  return typeof currency === 'string' ? `${text} ${currency}` : text
}

/** `characterCount` belongs to `characterLimit`, `voiceSlotsUsed` to `voiceLimit`. */
function limitOf(name: string, metadata: Metadata) {
  const [, noun] = /^(.+?)(?:Slots)?(?:Count|Used)$/.exec(name) ?? []
  const value = noun === undefined ? undefined : metadata[`${noun}Limit`]
  if (noun === undefined || typeof value !== 'number') return undefined
  return { name: `${noun}Limit`, value, label: `${sentenceCase(noun)}s used` }
}

const format = (value: number): string => value.toLocaleString('en')
