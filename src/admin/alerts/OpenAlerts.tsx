'use client'
import { useRouter } from 'next/navigation.js'
import { useState } from 'react'
import { AlertBanners } from './AlertBanners.tsx'
import type { AlertDoc } from './types.ts'

type OpenAlertsProps = {
  alerts: AlertDoc[]
  tenant: string
  canAcknowledge: boolean
  /** Draws nothing where there is none; says so otherwise. */
  isQuiet?: boolean
}

/** The alerts that nobody has seen to, for pages that a server draws: they go as they are acknowledged. */
export const OpenAlerts = ({ alerts, tenant, canAcknowledge, isQuiet = false }: OpenAlertsProps) => {
  const router = useRouter()
  const [shown, setShown] = useState<AlertDoc[]>()
  const open = shown ? alerts.filter(({ id }) => shown.some((alert) => alert.id === id)) : alerts
  const takeOver = (rest: AlertDoc[]) => {
    setShown(rest)
    router.refresh()
  }
  if (open.length === 0)
    return isQuiet ? null : <p className="settings-section__empty">No open alert: every key does what it should.</p>
  return <AlertBanners alerts={open} canAcknowledge={canAcknowledge} onChange={takeOver} tenant={tenant} />
}
