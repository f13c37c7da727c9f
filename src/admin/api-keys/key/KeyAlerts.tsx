'use client'
import { useRouter } from 'next/navigation.js'
import { useState } from 'react'
import { AlertBanners } from '../../alerts/AlertBanners.tsx'
import { AlertList } from '../../alerts/AlertList.tsx'
import type { AlertDoc } from '../../alerts/types.ts'
import type { ProviderInfo } from '../types.ts'

type KeyAlertsProps = { provider: ProviderInfo; tenant: string; alerts: AlertDoc[]; canAcknowledge: boolean }

/** What changed about this key: first what nobody has seen to, then what is past. */
export const KeyAlerts = ({ provider, tenant, alerts, canAcknowledge }: KeyAlertsProps) => {
  const router = useRouter()
  const [seen, setSeen] = useState<ReadonlySet<AlertDoc['id']>>(new Set())
  const isOpen = ({ id, resolvedAt, acknowledgedAt }: AlertDoc) => !resolvedAt && !acknowledgedAt && !seen.has(id)
  const open = alerts.filter(isOpen)
  const past = alerts.filter((alert) => !isOpen(alert))
  const takeOver = (rest: AlertDoc[]) => {
    setSeen(new Set([...seen, ...open.filter(({ id }) => !rest.some((alert) => alert.id === id)).map(({ id }) => id)]))
    router.refresh()
  }
  return (
    <section aria-labelledby="key-alerts" className="key-section">
      <h2 id="key-alerts">Alerts</h2>
      <AlertBanners alerts={open} canAcknowledge={canAcknowledge} onChange={takeOver} tenant={tenant} />
      {alerts.length === 0 ? (
        <p className="key-section__empty">
          None. When the {provider.name} key stops working, nears its end or runs out of credit, it is said here.
        </p>
      ) : (
        <AlertList alerts={past} />
      )}
    </section>
  )
}
