'use client'
import { useState } from 'react'
import type { AlertDoc } from '../alerts/types.ts'
import { openAlertsPath } from '../alerts/open-alerts.ts'
import { requestApi } from '../data/request-api.ts'
import type { KeyDoc, ServiceState } from './types.ts'

type KeyStateOptions = {
  tenant: string
  initialKeys: KeyDoc[]
  initialServices: ServiceState[]
  initialAlerts: AlertDoc[]
}

/** The keys of a workspace and what follows from them, kept right after each change. */
export function useKeyState({ tenant, initialKeys, initialServices, initialAlerts }: KeyStateOptions) {
  const [keys, setKeys] = useState(initialKeys)
  const [services, setServices] = useState(initialServices)
  const [alerts, setAlerts] = useState(initialAlerts)

  const readRest = async () => {
    const [state, open] = await Promise.all([
      requestApi<{ docs: ServiceState[] }>({ path: '/services', tenant }),
      requestApi<{ docs: AlertDoc[] }>({ path: openAlertsPath(tenant), tenant }),
    ])
    if (state.ok) setServices(state.data.docs)
    if (open.ok) setAlerts(open.data.docs)
  }

  return {
    keys,
    services,
    alerts,
    setAlerts,
    /** A provider's key as it is now; undefined where it is gone. */
    takeOver(provider: string, doc: KeyDoc | undefined) {
      setKeys((current) => [...current.filter((key) => key.provider !== provider), ...(doc ? [doc] : [])])
      void readRest()
    },
  }
}
