import { Link } from '@payloadcms/ui'
import { API_KEYS_URL } from '../paths.ts'
import { keyCardUrl } from './paths.ts'
import type { NeedRow } from './needs-of.ts'

type MissingKeysProps = {
  serviceName: string
  rows: NeedRow[]
  /** Owners mend it; everybody else is told whom to ask. */
  canFix: boolean
  isPlanned: boolean
}

/** What stands in the place of a service whose keys are not all there, or do not all work. */
export const MissingKeys = ({ serviceName, rows, canFix, isPlanned }: MissingKeysProps) => {
  const open = rows.filter(({ isMet }) => !isMet).length
  return (
    <section aria-labelledby="service-needs" className="service-guard" data-ready="false">
      <header className="service-guard__header">
        <h2 className="service-guard__heading" id="service-needs">
          {serviceName} needs your keys
        </h2>
        <span className="service-guard__count">
          {rows.length - open} of {rows.length} ready
        </span>
      </header>
      <ul className="service-guard__needs">
        {rows.map((row) => (
          <Need canFix={canFix} key={row.requirement} row={row} />
        ))}
      </ul>
      <footer className="service-guard__footer">
        {canFix ? (
          <Link className="btn btn--style-primary btn--size-medium btn--no-margin" href={API_KEYS_URL} prefetch={false}>
            Open API keys
          </Link>
        ) : (
          <p>Owners of this workspace add and mend its keys. Ask one of them.</p>
        )}
        {isPlanned && <p>The service itself arrives with a later version. You can make its keys ready now.</p>}
      </footer>
    </section>
  )
}

const Need = ({ row, canFix }: { row: NeedRow; canFix: boolean }) => (
  <li className="service-need" data-met={row.isMet} data-requirement={row.requirement}>
    <span aria-hidden="true" className={`service-need__mark ${row.isMet ? 'service-need__mark--met' : ''}`}>
      {row.isMet ? '✓' : ''}
    </span>
    <div className="service-need__body">
      <h3 className="service-need__title">{row.title}</h3>
      {row.texts.map((text) => (
        <p className="service-need__text" key={text}>
          {text}
        </p>
      ))}
    </div>
    {canFix && row.fixes.length > 0 && (
      <div className="service-need__fixes">
        {row.fixes.map(({ provider, label }) => (
          <Link
            className="btn btn--style-secondary btn--size-small btn--no-margin"
            href={keyCardUrl(provider)}
            key={provider}
            prefetch={false}
          >
            {label}
          </Link>
        ))}
      </div>
    )}
  </li>
)
