'use client'
import { Button } from '@payloadcms/ui'
import { useState } from 'react'
import { requestApi } from '../data/request-api.ts'
import { deliveryWords } from './delivery-words.ts'
import type { AlertSettingsDoc, TestResult } from './types.ts'

type TestAlertProps = { tenant: string; settings: AlertSettingsDoc; isDisabled: boolean }

/** Sends an alert that means nothing, and says whether it arrived. */
export const TestAlert = ({ tenant, settings, isDisabled }: TestAlertProps) => {
  const [outcome, setOutcome] = useState<string[]>()
  const [isBusy, setBusy] = useState(false)
  const isOff = !settings.emailOwners && !settings.webhookUrl

  const send = async () => {
    setBusy(true)
    setOutcome(undefined)
    const result = await requestApi<TestResult>({ method: 'POST', path: '/alert-settings/test', tenant })
    setBusy(false)
    setOutcome(result.ok ? deliveryWords(result.data) : [result.message])
  }

  return (
    <>
      <Button
        buttonStyle="secondary"
        disabled={isDisabled || isBusy || isOff}
        margin={false}
        onClick={() => void send()}
        type="button"
      >
        {isBusy ? 'Sending…' : 'Send a test'}
      </Button>
      <div aria-live="polite" className="test-outcome" role="status">
        {outcome?.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
    </>
  )
}
