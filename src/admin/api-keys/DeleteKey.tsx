'use client'
import { Button, toast } from '@payloadcms/ui'
import { useState } from 'react'
import { Dialog } from '../elements/Dialog.tsx'
import { LabelledInput } from '../elements/LabelledInput.tsx'
import { countOf } from './words.ts'
import type { KeyActions } from './use-key-actions.ts'
import type { KeyImpact, ProviderInfo } from './types.ts'
import './key-form.css'

type DeleteKeyProps = { provider: ProviderInfo; actions: KeyActions; onDeleted(): void }

/** Deletes a stored key, after the person saw what stops without it and, where something does, typed its name. */
export const DeleteKey = ({ provider, actions, onDeleted }: DeleteKeyProps) => {
  const [impact, setImpact] = useState<KeyImpact>()
  const [isOpen, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const isHarmless = impact !== undefined && stoppedBy(impact).length === 0
  const isConfirmed = isHarmless || (impact !== undefined && typed.trim().toLowerCase() === provider.name.toLowerCase())

  const open = async () => {
    setImpact(undefined)
    setTyped('')
    const result = await actions.readImpact()
    if (!result.ok) {
      toast.error(result.message)
      return
    }
    setImpact(result.data)
    setOpen(true)
  }

  const remove = async () => {
    const result = await actions.remove()
    setOpen(false)
    if (result.ok) onDeleted()
    else toast.error(result.message)
  }

  return (
    <>
      <Button
        buttonStyle="transparent"
        className="key-actions__delete"
        disabled={actions.busy !== undefined}
        margin={false}
        onClick={() => void open()}
        size="medium"
      >
        Delete
      </Button>
      <Dialog heading={`Delete the ${provider.name} key?`} isOpen={isOpen} onClose={() => setOpen(false)}>
        {impact && <WhatStops impact={impact} />}
        <p className="key-delete__note">
          The stored key is destroyed and cannot be brought back. At {provider.name} it stays valid until you revoke it
          there.
        </p>
        {!isHarmless && (
          <LabelledInput
            autoComplete="off"
            label={`Type ${provider.name} to confirm`}
            name={`confirm-${provider.id}`}
            onChange={setTyped}
            value={typed}
          />
        )}
        <div className="panel-dialog__actions">
          <Button
            buttonStyle="error"
            disabled={!isConfirmed || actions.busy !== undefined}
            margin={false}
            onClick={() => void remove()}
          >
            {actions.busy === 'delete' ? 'Deleting…' : 'Delete key'}
          </Button>
          <Button buttonStyle="secondary" margin={false} onClick={() => setOpen(false)}>
            Keep it
          </Button>
        </div>
      </Dialog>
    </>
  )
}

const WhatStops = ({ impact }: { impact: KeyImpact }) => {
  const stopped = stoppedBy(impact)
  if (stopped.length === 0) return <p>No agent, number or service depends on it now.</p>
  return (
    <div className="key-in-use">
      <p>Without it these stop:</p>
      <dl>
        {stopped.map(([kind, names]) => (
          <div key={kind}>
            <dt>{kind}</dt>
            <dd>{names}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

const SHOWN_NAMES = 6

/** What stops, by kind, in words. */
function stoppedBy({ agents, numbers, services, liveCalls }: KeyImpact): [kind: string, names: string][] {
  const kinds: [string, string[]][] = [
    ['Agents', agents.map(({ name }) => name)],
    ['Numbers', numbers.map(({ number }) => number)],
    ['Services', services.map(({ name }) => name)],
  ]
  const calls = `${countOf(liveCalls, 'call')} now running; ${liveCalls === 1 ? 'it goes' : 'they go'} on until the end`
  return [
    ...kinds.flatMap(([kind, names]): [string, string][] => (names.length > 0 ? [[kind, shorten(names)]] : [])),
    ...(liveCalls > 0 ? ([['Calls', calls]] as [string, string][]) : []),
  ]
}

const shorten = (names: string[]): string =>
  names.length > SHOWN_NAMES
    ? `${names.slice(0, SHOWN_NAMES).join(', ')} and ${names.length - SHOWN_NAMES} more`
    : names.join(', ')
