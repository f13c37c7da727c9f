'use client'
import { Button, Pill, toast, useAuth, useDocumentInfo } from '@payloadcms/ui'
import { useRouter } from 'next/navigation.js'
import { useState } from 'react'
import { requestApi } from '../../data/request-api.ts'
import { roleIn } from '../../data/workspace.ts'
import { severityWords, stateWords } from '../words.ts'
import './index.css'

type AlertData = {
  tenant?: unknown
  severity?: string
  resolvedAt?: string | null
  acknowledgedAt?: string | null
}

/** At the head of an alert's page: how grave it is, where it stands, and for owners the way to say that it is seen. */
export const AlertState = () => {
  const { id, savedDocumentData } = useDocumentInfo()
  const { user } = useAuth()
  const router = useRouter()
  const [acknowledgedAt, setAcknowledgedAt] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const alert: AlertData = { ...savedDocumentData, ...(acknowledgedAt ? { acknowledgedAt } : {}) }
  const tenant = textOf(alert.tenant)
  const severity = severityWords(alert.severity)
  const state = stateWords(alert)
  const mayAcknowledge = roleIn({ user, tenant }) === 'owner' && !alert.acknowledgedAt

  const acknowledge = async () => {
    setBusy(true)
    const result = await requestApi<{ alert: { acknowledgedAt: string } }>({
      method: 'POST',
      path: `/alerts/${id}/acknowledge`,
      tenant,
    })
    setBusy(false)
    if (!result.ok) {
      toast.error(result.message)
      return
    }
    setAcknowledgedAt(result.data.alert.acknowledgedAt)
    router.refresh()
  }

  return (
    <div className="alert-state">
      <Pill pillStyle={severity.pill}>{severity.label}</Pill>
      <Pill pillStyle={state.pill}>{state.label}</Pill>
      {mayAcknowledge && (
        <Button
          buttonStyle="secondary"
          disabled={isBusy}
          margin={false}
          onClick={() => void acknowledge()}
          size="small"
        >
          {isBusy ? 'Acknowledging…' : 'Acknowledge'}
        </Button>
      )}
    </div>
  )
}

/** A relationship's id as text, whether it is filled in or not. */
function textOf(value: unknown): string {
  const id = typeof value === 'object' && value !== null ? (value as { id?: unknown }).id : value
  return String(id ?? '')
}
