'use client'
import { Button } from '@payloadcms/ui'
import { useEffect, useRef } from 'react'
import type { FormEvent } from 'react'
import { LabelledInput } from '../elements/LabelledInput.tsx'
import { CallRefusal } from './CallRefusal.tsx'
import { LabelledField } from './LabelledField.tsx'
import { MachineField } from './MachineField.tsx'
import type { CallFacts } from './types.ts'
import type { OutboundCall } from './use-outbound-call.ts'

type CallFormProps = {
  call: OutboundCall
  facts: CallFacts
  /** The page shows changes that no call knows yet. */
  hasChanges: boolean
}

/** Whom to call, from which number, about what. */
export const CallForm = ({ call, facts, hasChanges }: CallFormProps) => {
  const { draft, problems, failure, isCalling, change, close } = call
  const ref = useRef<HTMLFormElement>(null)
  const refusal = useRef<HTMLDivElement>(null)
  useEffect(() => ref.current?.querySelector('input')?.focus(), [])
  useEffect(() => {
    if (Object.keys(problems).length > 0) ref.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [problems])
  useEffect(() => {
    if (failure) refusal.current?.scrollIntoView({ block: 'nearest' })
  }, [failure])

  const submit = (event: FormEvent) => {
    event.preventDefault()
    // React hands events of the dialog on to the form of the agent, although the page does not nest the two.
    event.stopPropagation()
    call.place()
  }

  return (
    <form aria-label="Call a number" autoComplete="off" className="call-form" noValidate onSubmit={submit} ref={ref}>
      <LabelledInput
        autoComplete="off"
        description="With plus and country code."
        disabled={isCalling}
        error={problems.to}
        inputMode="tel"
        label="Number to call"
        name="to"
        onChange={(to) => change({ to })}
        placeholder="+15551234567"
        required
        type="tel"
        value={draft.to}
      />
      <LabelledField error={problems.from} kind="select" label="Call from">
        {(props) => (
          <select
            {...props}
            disabled={isCalling}
            name="from"
            onChange={({ target }) => change({ from: target.value })}
            value={draft.from || facts.numbers[0]?.number}
          >
            {facts.numbers.map(({ number, label }) => (
              <option key={number} value={number}>
                {label}
              </option>
            ))}
          </select>
        )}
      </LabelledField>
      {facts.variables.map((variable) => (
        <LabelledInput
          autoComplete="off"
          description={variable.description}
          disabled={isCalling}
          error={problems[`variables.${variable.name}`]}
          key={variable.name}
          label={variable.name}
          maxLength={4_000}
          name={`variable-${variable.name}`}
          onChange={(value) => change({ variables: { ...draft.variables, [variable.name]: value } })}
          placeholder={variable.default}
          required={!variable.default}
          value={draft.variables[variable.name] ?? ''}
        />
      ))}
      <MachineField draft={draft} error={problems.voicemailMessage} isDisabled={isCalling} onChange={change} />
      {hasChanges && (
        <p className="call-form__note">The call uses the published agent, without the changes made since.</p>
      )}
      <div ref={refusal} role="alert">
        {failure && <CallRefusal failure={failure} onLeave={close} />}
      </div>
      <div className="panel-dialog__actions">
        <Button disabled={isCalling} margin={false} type="submit">
          {isCalling ? 'Calling…' : 'Call'}
        </Button>
        <Button buttonStyle="secondary" disabled={isCalling} margin={false} onClick={close} type="button">
          Cancel
        </Button>
      </div>
    </form>
  )
}
