import { LocalTime } from '../elements/LocalTime.tsx'
import { TimeAgo } from '../elements/TimeAgo.tsx'
import { accountFactsOf, balanceOf, lastsFor, planOf } from './account-facts.ts'
import { Capabilities } from './Capabilities.tsx'
import { Fact } from './Fact.tsx'
import type { KeyDoc } from './types.ts'

/** How many of the account's own facts a card shows beside what all keys have; the key's page shows all. */
const SHOWN_FACTS = 2

/** The names of facts that have a place of their own. */
const PLACED = /^(Balance|Available credit|Tier|Plan)$/

/** What is known of a stored key, at a glance: how it begins, what it can do, what is left on its account. */
export const KeySummary = ({ doc }: { doc: KeyDoc }) => {
  const balance = balanceOf(doc.metadata)
  const plan = planOf(doc.metadata)
  const others = accountFactsOf(doc.metadata).filter(({ name, isTime }) => !PLACED.test(name) && !isTime)
  return (
    <div className="key-summary">
      <Capabilities doc={doc} />
      <dl className="key-facts">
        <Fact name="Key">
          <code>{doc.masked}</code>
        </Fact>
        {balance && <Fact name="Balance">{balance}</Fact>}
        {typeof doc.daysToEmpty === 'number' && <Fact name="Lasts">{lastsFor(doc.daysToEmpty)}</Fact>}
        {plan && <Fact name="Plan">{plan}</Fact>}
        {others.slice(0, SHOWN_FACTS).map(({ name, value }) => (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ))}
        <Fact name="Last test">{doc.lastValidated ? <TimeAgo value={doc.lastValidated} /> : 'never'}</Fact>
        <Fact name="Last used">{doc.lastUsedAt ? <TimeAgo value={doc.lastUsedAt} /> : 'not yet'}</Fact>
        {doc.expiresAt && (
          <Fact name="Expires">
            <LocalTime value={doc.expiresAt} />
          </Fact>
        )}
      </dl>
    </div>
  )
}
