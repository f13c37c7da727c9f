import type { ReactNode } from 'react'
import { LocalTime } from '../../elements/LocalTime.tsx'
import { TimeAgo } from '../../elements/TimeAgo.tsx'
import { accountFactsOf, formatMoney, lastsFor } from '../account-facts.ts'
import { Capabilities } from '../Capabilities.tsx'
import { Fact } from '../Fact.tsx'
import type { KeyDoc } from '../types.ts'
import { failureWords } from './failure-words.ts'
import { Sparkline } from './Sparkline.tsx'
import type { KeyBalance } from './types.ts'

type HealthSectionProps = { doc: KeyDoc; balance: KeyBalance | null }

/** How the key does: when it last worked and failed, what it may do, what its account says, how long its credit lasts. */
export const HealthSection = ({ doc, balance }: HealthSectionProps) => (
  <section aria-labelledby="key-health" className="key-section">
    <h2 id="key-health">Health</h2>
    <div className="key-health">
      <div className="key-health__facts">
        <Capabilities doc={doc} />
        <dl className="key-facts">
          <Moment name="Last worked" otherwise="not yet" value={doc.lastSucceededAt} />
          <Moment name="Last failed" otherwise="never" value={doc.lastFailedAt}>
            {doc.lastFailureKind && <small>{failureWords(doc.lastFailureKind)}</small>}
          </Moment>
          <Moment name="Last used" otherwise="not yet" value={doc.lastUsedAt} />
          <Moment name="Last test" otherwise="never" value={doc.lastValidated} />
          <Moment name="Next test" otherwise="not planned yet" value={doc.nextProbeAt} />
          <Fact name="Expires">{doc.expiresAt ? <LocalTime value={doc.expiresAt} /> : 'no date known'}</Fact>
          {accountFactsOf(doc.metadata).map(({ name, value, isTime }) => (
            <Fact key={name} name={name}>
              {isTime ? <LocalTime value={value} /> : value}
            </Fact>
          ))}
        </dl>
      </div>
      {balance && <Balance balance={balance} />}
    </div>
  </section>
)

type MomentProps = { name: string; value?: string | null; otherwise: string; children?: ReactNode }

const Moment = ({ name, value, otherwise, children }: MomentProps) => (
  <Fact name={name}>
    {value ? <TimeAgo value={value} /> : otherwise}
    {value && children}
  </Fact>
)

const Balance = ({ balance: { current, unit, samples, daysToEmpty } }: { balance: KeyBalance }) => {
  const amount =
    unit === null || /^[A-Z]{3}$/.test(unit) ? formatMoney(current, unit) : `${current.toLocaleString('en')} ${unit}`
  return (
    <figure className="key-balance">
      <figcaption>
        <span className="key-balance__name">Balance</span>
        <strong>{amount}</strong>
        <span className="key-balance__lasts">
          {daysToEmpty === null ? 'Too little use to tell how long it lasts' : `Lasts ${lastsFor(daysToEmpty)}`}
        </span>
      </figcaption>
      {samples.length > 1 && <Sparkline label={`Balance over time, now ${amount}`} points={samples.map(toPoint)} />}
    </figure>
  )
}

const toPoint = ({ at, balance }: KeyBalance['samples'][number]) => ({ x: Date.parse(at), y: balance })
