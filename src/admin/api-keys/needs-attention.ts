import type { Need } from './need-of.ts'
import type { KeyDoc, ProviderInfo } from './types.ts'

/** How soon an end counts as near, in days. */
const SOON_DAYS = 14
const DAY_MS = 24 * 60 * 60_000

type AttentionOptions = {
  provider?: Pick<ProviderInfo, 'checksFormOnly'>
  doc?: KeyDoc
  need: Need
  now?: number
}

/**
 * Whether somebody should look at a key: it is missing and needed, does not work as it should, has something to mend
 * beside it, or ends soon.
 */
export function needsAttention({ provider, doc, need, now = Date.now() }: AttentionOptions): boolean {
  // Where one of several is enough, the set-up above the cards says so.
  if (!doc) return need.level === 'required'
  // As good as it gets, where nobody can test a key.
  const best = provider?.checksFormOnly ? 'unverified' : 'valid'
  return doc.status !== best || doc.fixUrl !== undefined || isEndingSoon(doc.expiresAt, now) || isNearlyEmpty(doc)
}

/** Whether a moment lies behind, or less than two weeks ahead. */
export const isEndingSoon = (expiresAt: string | null | undefined, now = Date.now()): boolean =>
  expiresAt !== null && expiresAt !== undefined && Date.parse(expiresAt) - now < SOON_DAYS * DAY_MS

/** Whether the credit lasts for less than two weeks at the present pace. */
export const isNearlyEmpty = ({ daysToEmpty }: Pick<KeyDoc, 'daysToEmpty'>): boolean =>
  typeof daysToEmpty === 'number' && daysToEmpty < SOON_DAYS
