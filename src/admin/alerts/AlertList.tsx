import { TimeAgo } from '../elements/TimeAgo.tsx'
import { SEVERITY_WORDS } from './severity-words.ts'
import type { AlertDoc } from './types.ts'
import './alerts.css'

/** Alerts that somebody has seen to, or that mended themselves. */
export const AlertList = ({ alerts }: { alerts: readonly AlertDoc[] }) =>
  alerts.length === 0 ? null : (
    <ul className="alert-list">
      {alerts.map((alert) => (
        <li className={`alert-list__item alert-list__item--${alert.severity}`} key={alert.id}>
          <span className="alert-list__message">
            <span className="visually-hidden">{SEVERITY_WORDS[alert.severity]}: </span>
            {alert.message}
          </span>
          <span className="alert-list__facts">
            <TimeAgo value={alert.raisedAt} />
            <span>{stateOf(alert)}</span>
          </span>
        </li>
      ))}
    </ul>
  )

const stateOf = ({ resolvedAt, acknowledgedAt, acknowledgedBy }: AlertDoc): string => {
  if (resolvedAt) return 'settled'
  if (acknowledgedAt) return acknowledgedBy ? `acknowledged by ${acknowledgedBy}` : 'acknowledged'
  return 'open'
}
