'use client'
import { Banner, Button, toast } from '@payloadcms/ui'
import { useState } from 'react'
import type { FormEvent } from 'react'
import { fieldsOf } from '../data/fields-of.ts'
import { requestApi } from '../data/request-api.ts'
import type { ApiFailure } from '../data/api-result.ts'
import { LabelledInput } from '../elements/LabelledInput.tsx'
import { LocalTime } from '../elements/LocalTime.tsx'
import { TimeAgo } from '../elements/TimeAgo.tsx'
import { SigningSecret } from './SigningSecret.tsx'
import { TestAlert } from './TestAlert.tsx'
import type { AlertSettingsDoc } from './types.ts'

type AlertSettingsProps = { initial: AlertSettingsDoc; tenant: string }

/** Where alerts go beside the console: to the owners' mail, and to an address of the workspace's own. */
export const AlertSettings = ({ initial, tenant }: AlertSettingsProps) => {
  const [saved, setSaved] = useState(initial)
  const [emailOwners, setEmailOwners] = useState(initial.emailOwners)
  const [webhookUrl, setWebhookUrl] = useState(initial.webhookUrl ?? '')
  const [failure, setFailure] = useState<ApiFailure>()
  const [isBusy, setBusy] = useState(false)
  // Saving the same address switches it on again.
  const isOff = saved.webhookDisabledAt !== null
  const isChanged = isOff || emailOwners !== saved.emailOwners || webhookUrl.trim() !== (saved.webhookUrl ?? '')
  const fields = failure ? fieldsOf(failure) : {}

  const save = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    const body = { emailOwners, webhookUrl: webhookUrl.trim() || null }
    const result = await requestApi<AlertSettingsDoc>({ method: 'PUT', path: '/alert-settings', tenant, body })
    setBusy(false)
    if (!result.ok) {
      setFailure(result)
      return
    }
    setFailure(undefined)
    setSaved(result.data)
    setWebhookUrl(result.data.webhookUrl ?? '')
    toast.success('Saved.')
  }

  return (
    <section aria-labelledby="alert-delivery" className="settings-section">
      <h2 id="alert-delivery">Where alerts are sent</h2>
      <form className="alert-settings__form" onSubmit={(event) => void save(event)}>
        <label className="alert-settings__check">
          <input checked={emailOwners} onChange={(event) => setEmailOwners(event.target.checked)} type="checkbox" />
          <span>
            E-mail the owners of the workspace
            <small>
              {saved.isEmailConfigured
                ? 'Several changes at once make one e-mail.'
                : 'This server sends no mail yet: whoever runs it has to name a mail server.'}
            </small>
          </span>
        </label>
        <LabelledInput
          description="An address of yours that takes a POST with JSON. Leave it empty for none."
          error={fields.webhookUrl}
          label="Webhook URL"
          name="webhookUrl"
          onChange={setWebhookUrl}
          placeholder="https://example.com/hooks/patchbay"
          spellCheck={false}
          type="url"
          value={webhookUrl}
        />
        <WebhookState settings={saved} />
        {failure && !fields.webhookUrl && <Banner type="error">{failure.message}</Banner>}
        <div className="key-actions">
          <Button disabled={!isChanged || isBusy} margin={false} type="submit">
            {isBusy ? 'Saving…' : 'Save'}
          </Button>
          <TestAlert isDisabled={isChanged || isBusy} settings={saved} tenant={tenant} />
        </div>
      </form>
      {saved.webhookUrl && (
        <SigningSecret
          hasSecret={saved.hasWebhookSecret}
          onMade={() => setSaved({ ...saved, hasWebhookSecret: true })}
          tenant={tenant}
        />
      )}
    </section>
  )
}

/** That the webhook does not work, where it does not. */
const WebhookState = ({ settings: { webhookFailingSince, webhookDisabledAt } }: { settings: AlertSettingsDoc }) => {
  if (webhookDisabledAt) {
    return (
      <Banner type="error">
        The webhook was switched off <TimeAgo value={webhookDisabledAt} />, after days without one success. Save its
        address again when it works.
      </Banner>
    )
  }
  if (!webhookFailingSince) return null
  return (
    <Banner type="warning">
      The webhook has failed since <LocalTime value={webhookFailingSince} />.
    </Banner>
  )
}
