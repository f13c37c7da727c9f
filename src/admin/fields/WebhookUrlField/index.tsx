'use client'
import { useTenantSelection } from '@payloadcms/plugin-multi-tenant/client'
import { Button, FieldLabel, toast, useConfig, useFormFields } from '@payloadcms/ui'
import { useId, useRef } from 'react'
import './index.css'

const baseClass = 'webhook-url-field'

type WebhookUrlFieldProps = {
  /** The carriers that a number can have. */
  carriers: { id: string; name: string }[]
}

/** Shows the address that the carrier must be told, to be copied. */
export const WebhookUrlField = ({ carriers }: WebhookUrlFieldProps) => {
  const { config } = useConfig()
  const { selectedTenantID } = useTenantSelection()
  const provider = useFormFields(([fields]) => fields.provider?.value)
  const tenant = useFormFields(([fields]) => fields.tenant?.value) ?? selectedTenantID
  const input = useRef<HTMLInputElement>(null)
  const inputId = useId()
  const carrier = carriers.find(({ id }) => id === provider)

  if (!carrier || (typeof tenant !== 'string' && typeof tenant !== 'number')) return null
  const url = `${config.serverURL}/webhooks/${carrier.id}/${tenant}`

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(url)
      toast.success('Webhook URL copied.')
    } catch {
      // Browsers keep the clipboard from pages that came without https: the selected text can still be copied by hand.
      input.current?.select()
      toast.info('Press Ctrl+C or ⌘C to copy the selected URL.')
    }
  }

  return (
    <div className={`field-type ${baseClass}`}>
      <FieldLabel htmlFor={inputId} label="Webhook URL" />
      <div className={`${baseClass}__row`}>
        <input
          className={`${baseClass}__url`}
          id={inputId}
          onFocus={(event) => event.target.select()}
          readOnly
          ref={input}
          value={url}
        />
        <Button buttonStyle="secondary" margin={false} onClick={copy} size="medium">
          Copy
        </Button>
      </div>
      <p className={`${baseClass}__description`}>
        {isLocal(url)
          ? `Calls cannot arrive yet: ${carrier.name} cannot reach this address. Set PUBLIC_URL to one that the internet reaches, then paste it at ${carrier.name}.`
          : `Paste this at ${carrier.name} as the webhook URL of the application that the number belongs to.`}
      </p>
    </div>
  )
}

const isLocal = (url: string): boolean => {
  const { hostname } = new URL(url)
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}
