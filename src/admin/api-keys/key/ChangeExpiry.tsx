'use client'
import { Button, toast } from '@payloadcms/ui'
import { useState } from 'react'
import { Dialog } from '../../elements/Dialog.tsx'
import { LabelledInput } from '../../elements/LabelledInput.tsx'
import { dayAfter, endOfDay, isoDay } from '../expiry.ts'
import type { KeyActions } from '../use-key-actions.ts'
import type { KeyDoc, ProviderInfo } from '../types.ts'

type ChangeExpiryProps = { provider: ProviderInfo; doc: KeyDoc; actions: KeyActions; say(sentence: string): void }

/** Notes when a key ends, or that it does not. */
export const ChangeExpiry = ({ provider, doc, actions, say }: ChangeExpiryProps) => {
  const [isOpen, setOpen] = useState(false)
  const [day, setDay] = useState('')

  const open = () => {
    setDay(doc.ownerExpiresAt ? isoDay(doc.ownerExpiresAt) : '')
    setOpen(true)
  }

  const save = async () => {
    const result = await actions.changeExpiry(endOfDay(day))
    setOpen(false)
    const sentence = result.ok
      ? day
        ? `You will be warned before the ${provider.name} key expires.`
        : `The ${provider.name} key has no expiry any more.`
      : result.message
    say(sentence)
    if (result.ok) toast.success(sentence)
    else toast.error(sentence)
  }

  return (
    <>
      <Button buttonStyle="secondary" disabled={actions.busy !== undefined} margin={false} onClick={open} size="medium">
        {doc.ownerExpiresAt ? 'Change expiry' : 'Set expiry'}
      </Button>
      <Dialog heading={`When does the ${provider.name} key end?`} isOpen={isOpen} onClose={() => setOpen(false)}>
        <LabelledInput
          description="You are warned two weeks before, three days before and when it has come. Leave it empty where the key does not end."
          label="Last day"
          min={isoDay(dayAfter(Date.now()))}
          name={`expiry-${provider.id}`}
          onChange={setDay}
          type="date"
          value={day}
        />
        <div className="panel-dialog__actions">
          <Button disabled={actions.busy !== undefined} margin={false} onClick={() => void save()}>
            {actions.busy === 'change' ? 'Saving…' : 'Save'}
          </Button>
          <Button buttonStyle="secondary" margin={false} onClick={() => setOpen(false)}>
            Cancel
          </Button>
        </div>
      </Dialog>
    </>
  )
}
