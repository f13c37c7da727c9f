'use client'
import { useTenantSelection } from '@payloadcms/plugin-multi-tenant/client'
import { Button, FieldLabel, toast, useConfig, useFormFields } from '@payloadcms/ui'
import { useId, useRef } from 'react'
import './index.css'

const baseClass = 'webhook-url-field'

type Carrier = {
  id: string
  name: string
  /** Where the carrier takes one URL for each purpose: the last part of each. */
  paths: readonly string[]
}

type WebhookUrlFieldProps = {
  /** The carriers that a number can have. */
  carriers: readonly Carrier[]
}

/** Shows what the carrier must be told, to be copied. */
export const WebhookUrlField = ({ carriers }: WebhookUrlFieldProps) => {
  const { config } = useConfig()
  const { selectedTenantID } = useTenantSelection()
  const provider = useFormFields(([fields]) => fields.provider?.value)
  const tenant = useFormFields(([fields]) => fields.tenant?.value) ?? selectedTenantID
  const carrier = carriers.find(({ id }) => id === provider)

  if (!carrier || (typeof tenant !== 'string' && typeof tenant !== 'number')) return null
  const url = `${config.serverURL}/webhooks/${carrier.id}/${tenant}`

  return (
    <div className={`field-type ${baseClass}`}>
      {carrier.paths.length === 0 ? <CopiedUrl label="Webhook URL" url={url} /> : null}
      {carrier.paths.map((path) => (
        <CopiedUrl key={path} label={`Webhook URL: ${path}`} url={`${url}/${path}`} />
      ))}
      <p className={`${baseClass}__description`}>{describe({ carrier, url })}</p>
    </div>
  )
}

const describe = ({ carrier: { name, paths }, url }: { carrier: Carrier; url: string }): string => {
  if (isLocal(url)) {
    return `Calls cannot arrive yet: ${name} cannot reach this address. Set PUBLIC_URL to one that the internet reaches, then paste it at ${name}.`
  }
  if (paths.length === 0) {
    return `Paste this at ${name} as the webhook URL of the application that the number belongs to.`
  }
  return `Paste these at ${name} in the settings of the number: ${paths.join(' and ')}, each with the method POST.`
}

const CopiedUrl = ({ label, url }: { label: string; url: string }) => {
  const input = useRef<HTMLInputElement>(null)
  const inputId = useId()

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
    <div className={`${baseClass}__one`}>
      <FieldLabel htmlFor={inputId} label={label} />
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
    </div>
  )
}

const isLocal = (url: string): boolean => {
  const { hostname } = new URL(url)
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}
