'use client'
import { Button, CopyToClipboard, toast } from '@payloadcms/ui'
import { useState } from 'react'
import { requestApi } from '../data/request-api.ts'

type SigningSecretProps = { hasSecret: boolean; tenant: string; onMade(): void }

/** The secret that signs webhooks: made by the server, shown this once, gone from the page when it is left. */
export const SigningSecret = ({ hasSecret, tenant, onMade }: SigningSecretProps) => {
  const [secret, setSecret] = useState<string>()
  const [isBusy, setBusy] = useState(false)

  const make = async () => {
    setBusy(true)
    const result = await requestApi<{ secret: string }>({ method: 'POST', path: '/alert-settings/secret', tenant })
    setBusy(false)
    if (!result.ok) {
      toast.error(result.message)
      return
    }
    setSecret(result.data.secret)
    onMade()
  }

  if (secret !== undefined) {
    return (
      <div className="signing-secret" role="status">
        <p>
          <strong>Copy the signing secret now.</strong> It is not shown again.
        </p>
        <p className="signing-secret__value">
          <code>{secret}</code> <CopyToClipboard value={secret} />
        </p>
        <div>
          <Button buttonStyle="secondary" margin={false} onClick={() => setSecret(undefined)} size="medium">
            I have copied it
          </Button>
        </div>
      </div>
    )
  }
  return (
    <div className="signing-secret">
      <p>
        {hasSecret
          ? 'Every webhook is signed with a secret that only you and this server know.'
          : 'Nothing is sent before there is a secret to sign it with.'}
      </p>
      <div>
        <Button
          buttonStyle={hasSecret ? 'secondary' : 'primary'}
          disabled={isBusy}
          margin={false}
          onClick={() => void make()}
          size="medium"
        >
          {hasSecret ? 'Make a new signing secret' : 'Make the signing secret'}
        </Button>
      </div>
      {hasSecret && <p className="alert-settings__note">The present one stays good for a day after that.</p>}
    </div>
  )
}
