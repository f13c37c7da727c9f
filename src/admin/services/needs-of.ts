import type { ServiceNeed } from '../../services/check-service.ts'
import { listAny, nameOf } from '../api-keys/words.ts'

/** What one requirement of a service says to a person. */
export type NeedRow = {
  requirement: string
  title: string
  isMet: boolean
  /** What is wrong and what mends it, one sentence for each key, or one for all that could be added. */
  texts: string[]
  /** Providers whose cards help, with what is to be done there. */
  fixes: { provider: string; label: string }[]
}

type NamesById = Readonly<Record<string, string>>
type NeedsOptions = { needs: readonly ServiceNeed[]; names: NamesById }

/** More would be a list of everything. */
const MAX_FIXES = 4

/** The requirements of a service as rows of its page. */
export const needsOf = ({ needs, names }: NeedsOptions): NeedRow[] =>
  needs.map(({ requirement, anyOf, isMet, blocked }) => {
    const title = requirement === 'any' ? 'Any key' : nameOf(requirement)
    if (isMet) return { requirement, title, isMet, texts: ['Ready'], fixes: [] }
    if (blocked.length > 0) {
      const texts = blocked.map(({ provider, reason }) => REASONS[reason].text(names[provider] ?? provider))
      const fixes = blocked.map(({ provider, reason }) => ({
        provider,
        label: `${REASONS[reason].action} ${names[provider] ?? provider}`,
      }))
      return { requirement, title, isMet, texts, fixes }
    }
    if (anyOf.length === 0) {
      const text = 'No provider that can do this is installed. Whoever runs this server has to add one.'
      return { requirement, title, isMet, texts: [text], fixes: [] }
    }
    if (requirement === 'any') {
      return { requirement, title, isMet, texts: ['One key of any provider is enough.'], fixes: [] }
    }
    const able = anyOf.map((provider) => ({ provider, label: names[provider] ?? provider }))
    return {
      requirement,
      title,
      isMet,
      texts: [`Needs a key of ${listAny(able.map(({ label }) => label))}.`],
      fixes: able.slice(0, MAX_FIXES).map(({ provider, label }) => ({ provider, label: `Add ${label}` })),
    }
  })

type Reason = ServiceNeed['blocked'][number]['reason']

/** What stands in the way, and the fix. */
const REASONS: Readonly<Record<Reason, { text(name: string): string; action: string }>> = {
  rejected: { text: (name) => `${name} no longer accepts the key. Replace it with one that works.`, action: 'Replace' },
  undecryptable: { text: (name) => `The stored ${name} key cannot be read. Enter it again.`, action: 'Enter again:' },
  'out-of-credit': {
    text: (name) => `The ${name} account is out of credit. Add credit there, then test the key.`,
    action: 'Test',
  },
  'no-permission': {
    text: (name) => `The ${name} key works, but lacks the permission for this. Grant it there, then test the key.`,
    action: 'Test',
  },
}
