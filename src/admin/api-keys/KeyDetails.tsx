import type { ReactNode } from 'react'
import { LocalTime } from '../elements/LocalTime.tsx'
import { nameOf, sentenceCase } from './words.ts'
import type { KeyDoc } from './types.ts'

/** What is known of a stored key: how it begins, what it can do, and what its account says. */
export const KeyDetails = ({ doc }: { doc: KeyDoc }) => (
  <div className="key-details">
    <Capabilities doc={doc} />
    <dl className="key-details__facts">
      <Fact name="Key">
        <code>{doc.masked}</code>
      </Fact>
      {factsOf(doc).map(([name, value]) => (
        <Fact key={name} name={sentenceCase(name)}>
          {ISO_DATE.test(String(value)) ? <LocalTime value={String(value)} /> : value.toLocaleString('en')}
        </Fact>
      ))}
      {doc.lastValidated && (
        <Fact name="Last tested">
          <LocalTime value={doc.lastValidated} />
        </Fact>
      )}
    </dl>
  </div>
)

const ISO_DATE = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/

/** Yes and no are for the machine: where they matter, the verdict says it in words. */
const factsOf = ({ metadata }: KeyDoc): [string, string | number][] =>
  Object.entries(metadata).flatMap(([name, value]) =>
    value === null || value === '' || typeof value === 'boolean' ? [] : [[name, value]],
  )

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="key-details__fact">
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

const Capabilities = ({ doc: { status, capabilities } }: { doc: KeyDoc }) => {
  const entries = Object.entries(capabilities)
  if (entries.length === 0) return null
  return (
    <ul className="key-details__capabilities">
      {entries.map(([name, isAllowed]) => (
        <li className={isAllowed ? 'key-capability' : 'key-capability key-capability--missing'} key={name}>
          <span aria-hidden="true">{isAllowed ? '✓' : '✕'}</span> {nameOf(name)}
          {!isAllowed && (
            <span className="key-capability__note">{status === 'limited' ? ' not allowed' : ' not now'}</span>
          )}
        </li>
      ))}
    </ul>
  )
}
