import type { KeyRecord } from '../../vault/index.ts'
import type { PageLine } from '../output/page.ts'

const DAY_MS = 86_400_000
/** A key whose last test is older was forgotten by whatever tests idle keys, in days. */
const STALE_DAYS = 7
const SOON_DAYS = 14

type Counts = Map<string, number>

/** Counts keys by what their rows say, one row at a time. */
export function createKeyCensus({ now = Date.now() }: { now?: number } = {}) {
  const counts = {
    total: 0,
    rejected: new Map(),
    undecryptable: new Map(),
    empty: new Map(),
    expired: new Map(),
    soon: new Map(),
    stale: new Map(),
  } satisfies Record<string, number | Counts>
  const add = (map: Counts, { provider }: KeyRecord) => map.set(provider, (map.get(provider) ?? 0) + 1)

  return {
    count(record: KeyRecord): void {
      counts.total += 1
      const { status, expiresAt, ownerExpiresAt, checkedAt } = record
      if (status === 'rejected') add(counts.rejected, record)
      if (status === 'undecryptable') add(counts.undecryptable, record)
      if (status === 'out-of-credit') add(counts.empty, record)
      const ends = [expiresAt, ownerExpiresAt].flatMap((date) => (date ? [Date.parse(date)] : []))
      const end = Math.min(...ends)
      if (end < now) add(counts.expired, record)
      else if (end < now + SOON_DAYS * DAY_MS) add(counts.soon, record)
      if (Date.parse(checkedAt) < now - STALE_DAYS * DAY_MS) add(counts.stale, record)
    },

    describe(): PageLine[] {
      const { total } = counts
      const lines: PageLine[] = [
        line(
          counts.undecryptable,
          'Entered again',
          'wait for their owners to enter them again',
          'The page API keys of each workspace asks for them.',
        ),
        line(
          counts.rejected,
          'Rejected keys',
          'were refused by their providers',
          'Their owners are told; calls that need them do not begin.',
        ),
        line(counts.empty, 'Out of credit', 'belong to empty accounts', 'Their owners have to pay the provider.'),
        line(counts.expired, 'Expired keys', 'are past their date', 'Their owners have to replace them.'),
        line(counts.soon, 'Ending soon', `end within ${SOON_DAYS} days`, 'Their owners have to replace them.'),
        line(
          counts.stale,
          'Old tests',
          `were last tested more than ${STALE_DAYS} days ago`,
          'A running server tests idle keys: is one running?',
        ),
      ].filter((each) => each !== undefined)
      if (lines.length > 0) return lines
      return [
        {
          level: 'ok',
          title: 'States of keys',
          text:
            total === 0
              ? 'No workspace has a key yet.'
              : `${total} keys: none refused, empty, expired or long untested.`,
        },
      ]
    },
  }
}

function line(counts: Counts, title: string, what: string, todo: string): PageLine | undefined {
  if (counts.size === 0) return undefined
  const list = [...counts]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([provider, count]) => `${provider} ${count}`)
  return { level: 'warning', title, text: `Keys that ${what}: ${list.join(', ')}.`, todo }
}
