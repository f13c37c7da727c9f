'use client'
import { Button, Link, toast } from '@payloadcms/ui'
import { useState } from 'react'
import { requestApi } from '../data/request-api.ts'
import { TimeAgo } from '../elements/TimeAgo.tsx'
import { ALERTS_URL } from '../paths.ts'
import { AlertFix } from './AlertFix.tsx'
import { SHOWN_ALERTS } from './open-alerts.ts'
import { SEVERITY_WORDS } from './severity-words.ts'
import type { AlertDoc } from './types.ts'
import './alerts.css'

type AlertBannersProps = {
  alerts: AlertDoc[]
  tenant: string
  /** Whether the person may say that somebody has seen to it. */
  canAcknowledge: boolean
  onChange(alerts: AlertDoc[]): void
}

/** What changed about the keys and nobody has seen to yet, each with the way to mend it. */
export const AlertBanners = ({ alerts, tenant, canAcknowledge, onChange }: AlertBannersProps) => {
  const [busy, setBusy] = useState<AlertDoc['id']>()
  if (alerts.length === 0) return null

  const acknowledge = async ({ id }: AlertDoc) => {
    setBusy(id)
    const result = await requestApi({ method: 'POST', path: `/alerts/${id}/acknowledge`, tenant })
    setBusy(undefined)
    if (result.ok) onChange(alerts.filter((alert) => alert.id !== id))
    else toast.error(result.message)
  }

  return (
    <section aria-label="Alerts" className="alert-banners">
      {alerts.map((alert) => (
        <article className={`alert-banner alert-banner--${alert.severity}`} data-alert={alert.kind} key={alert.id}>
          <span aria-hidden="true" className="alert-banner__mark">
            !
          </span>
          <div className="alert-banner__body">
            <p className="alert-banner__message">
              <span className="visually-hidden">{SEVERITY_WORDS[alert.severity]}: </span>
              {alert.message}
            </p>
            <p className="alert-banner__facts">
              <TimeAgo value={alert.raisedAt} />
              <AlertFix alert={alert} />
            </p>
          </div>
          {canAcknowledge && (
            <Button
              buttonStyle="secondary"
              className="alert-banner__action"
              disabled={busy !== undefined}
              margin={false}
              onClick={() => void acknowledge(alert)}
              size="small"
            >
              Acknowledge
            </Button>
          )}
        </article>
      ))}
      {alerts.length >= SHOWN_ALERTS && (
        <Link className="alert-banners__all" href={ALERTS_URL} prefetch={false}>
          All alerts
        </Link>
      )}
    </section>
  )
}
