'use client'
import { Button, toast } from '@payloadcms/ui'
import { useState } from 'react'
import { Dialog } from '../../elements/Dialog.tsx'
import { LocalTime } from '../../elements/LocalTime.tsx'
import type { KeyActions } from '../use-key-actions.ts'
import type { KeyCheck, KeyDoc, ProviderInfo } from '../types.ts'
import type { HistoryEntry } from './types.ts'

type RollBackProps = {
  provider: ProviderInfo
  doc: KeyDoc
  actions: KeyActions
  history: HistoryEntry[]
  onDone(check: KeyCheck): void
  say(sentence: string): void
}

/** Puts the former key back in its place, while it is still kept. */
export const RollBack = ({ provider, doc, actions, history, onDone, say }: RollBackProps) => {
  const [isOpen, setOpen] = useState(false)
  const { former } = doc
  if (!former) return null
  const replacement = history.find(({ action, version }) => action === 'key.replaced' && version === doc.version)

  const rollBack = async () => {
    const result = await actions.rollBack()
    setOpen(false)
    if (result.ok) {
      onDone(result.data.check)
      return
    }
    say(result.message)
    toast.error(result.message)
  }

  return (
    <>
      <Button
        buttonStyle="secondary"
        disabled={actions.busy !== undefined}
        margin={false}
        onClick={() => setOpen(true)}
        size="medium"
      >
        Roll back
      </Button>
      <Dialog heading={`Go back to the former ${provider.name} key?`} isOpen={isOpen} onClose={() => setOpen(false)}>
        <p>
          {replacement
            ? `${replacement.actor.name} replaced version ${former.version} `
            : `Version ${former.version} was replaced `}
          {replacement && (
            <>
              on <LocalTime value={replacement.at} />.
            </>
          )}{' '}
          It is kept until <LocalTime value={former.until} />, then it is destroyed.
        </p>
        <p>It is tested first. New calls use it at once; calls that run keep the key that they began with.</p>
        <div className="panel-dialog__actions">
          <Button disabled={actions.busy !== undefined} margin={false} onClick={() => void rollBack()}>
            {actions.busy === 'roll-back' ? 'Testing…' : 'Roll back'}
          </Button>
          <Button buttonStyle="secondary" margin={false} onClick={() => setOpen(false)}>
            Keep the new one
          </Button>
        </div>
      </Dialog>
    </>
  )
}
