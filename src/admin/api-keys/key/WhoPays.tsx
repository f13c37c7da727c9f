import { countOf, nameOf, sentenceCase } from '../words.ts'
import { DayChart } from './DayChart.tsx'
import { failureWords } from './failure-words.ts'
import type { KeyDay, KeyUsage, Quantity } from './types.ts'

type WhoPaysProps = { usage: KeyUsage; providerName: string }

/** What the key paid for in the last month, and how well it worked: the account behind it gets the bill. */
export const WhoPays = ({ usage: { days, totals }, providerName }: WhoPaysProps) => {
  const kinds = Object.entries(totals.failures).filter(([, count]) => count > 0)
  return (
    <section aria-labelledby="key-usage" className="key-section">
      <header className="key-section__header">
        <h2 id="key-usage">What it paid for</h2>
        <span>
          Last {days.length} days, billed by {providerName} to your account
        </span>
      </header>
      {totals.uses === 0 ? (
        <p className="key-section__empty">Not used yet. Calls that it pays for are counted here, day by day.</p>
      ) : (
        <>
          <dl className="key-totals">
            <Total name="Success rate" value={totals.successRate === null ? '–' : toPercent(totals.successRate)}>
              {countOf(totals.uses, 'use')}
            </Total>
            <Total name="Calls" value={totals.calls.toLocaleString('en')} />
            {totals.quantities.map((quantity) => (
              <Total key={`${quantity.kind}-${quantity.unit}`} name={titleOf(quantity)} value={amountOf(quantity)}>
                {isTime(quantity) ? unitOf(quantity) : undefined}
              </Total>
            ))}
            <Total name="Failed" value={totals.failed.toLocaleString('en')}>
              {kinds.map(([kind, count]) => `${failureWords(kind)} ${count}`).join(', ')}
            </Total>
          </dl>
          <DayChart days={days} />
          <details className="key-table">
            <summary>Show the days as a table</summary>
            <DayTable days={days} />
          </details>
        </>
      )}
    </section>
  )
}

const Total = ({ name, value, children }: { name: string; value: string; children?: string }) => (
  <div className="key-total">
    <dt>{name}</dt>
    <dd>
      <strong>{value}</strong>
      {children && <small>{children}</small>}
    </dd>
  </div>
)

const DayTable = ({ days }: { days: readonly KeyDay[] }) => (
  <div className="key-table__scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">Day (UTC)</th>
          <th scope="col">Uses</th>
          <th scope="col">Failed</th>
          <th scope="col">Calls</th>
          <th scope="col">Bought</th>
        </tr>
      </thead>
      <tbody>
        {[...days]
          .reverse()
          .filter(({ uses, calls, quantities }) => uses + calls + quantities.length > 0)
          .map(({ day, uses, failures, calls, quantities }) => (
            <tr key={day}>
              <th scope="row">{day}</th>
              <td>{uses.toLocaleString('en')}</td>
              <td>
                {Object.entries(failures)
                  .map(([kind, count]) => `${count} ${failureWords(kind)}`)
                  .join(', ') || '0'}
              </td>
              <td>{calls.toLocaleString('en')}</td>
              <td>{quantities.map((quantity) => `${amountOf(quantity)} ${unitOf(quantity)}`).join(', ') || '–'}</td>
            </tr>
          ))}
      </tbody>
    </table>
  </div>
)

const toPercent = (rate: number): string =>
  rate.toLocaleString('en', { style: 'percent', maximumFractionDigits: rate > 0.99 && rate < 1 ? 2 : 1 })

const isTime = ({ unit }: Quantity): boolean => unit === 'seconds'

/** What was bought: time of a kind, or so many of something. */
const titleOf = (quantity: Quantity): string => (isTime(quantity) ? nameOf(quantity.kind) : sentenceCase(quantity.unit))

/** Seconds of speech are read as minutes. */
const isMinutes = (quantity: Quantity): boolean => isTime(quantity) && quantity.quantity >= 60

const amountOf = (quantity: Quantity): string =>
  (isMinutes(quantity) ? quantity.quantity / 60 : quantity.quantity).toLocaleString('en', {
    maximumFractionDigits: quantity.quantity < 100 || isMinutes(quantity) ? 1 : 0,
  })

const unitOf = (quantity: Quantity): string =>
  isMinutes(quantity) ? 'minutes' : sentenceCase(quantity.unit).toLowerCase()
