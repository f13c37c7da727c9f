'use client'
import { Button } from '@payloadcms/ui'
import { useEffect, useRef } from 'react'
import { LabelledInput } from '../elements/LabelledInput.tsx'
import { SecretInput } from '../elements/SecretInput.tsx'
import { AddressField } from './AddressField.tsx'
import { Capabilities } from './Capabilities.tsx'
import { dayAfter, isoDay } from './expiry.ts'
import { HowTo } from './HowTo.tsx'
import { KeyFormFailure } from './KeyFormFailure.tsx'
import { TestCosts } from './TestCosts.tsx'
import { fieldProblemsOf } from './use-key-actions.ts'
import type { KeyActions } from './use-key-actions.ts'
import { useKeyForm } from './use-key-form.ts'
import { Verdict } from './Verdict.tsx'
import type { KeyCheck, ProviderInfo } from './types.ts'
import './key-form.css'

export type KeyFormProps = {
  provider: ProviderInfo
  actions: KeyActions
  isReplacement: boolean
  onSaved(check: KeyCheck): void
  onCancel(): void
  /** Told where somebody else saved a key meanwhile. */
  onStale(): void
  /** Says something to people who do not see the page. */
  say(sentence: string): void
}

/**
 * Takes a provider's credentials. What is typed lives in this form alone and goes with it: the form is taken away as
 * soon as the key is saved.
 */
export const KeyForm = (props: KeyFormProps) => {
  const { provider, actions, isReplacement, onCancel, onStale } = props
  const form = useKeyForm(props)
  const { values, check, failure, waitSeconds, isComplete } = form
  const ref = useRef<HTMLFormElement>(null)
  const { properties = {}, required = [] } = provider.credentialSchema
  const problems = failure ? fieldProblemsOf(failure) : {}
  const isBusy = actions.busy !== undefined || waitSeconds > 0
  useEffect(() => ref.current?.querySelector('input')?.focus(), [])

  return (
    <form
      aria-label={`${isReplacement ? 'Replace' : 'Add'} the ${provider.name} key`}
      autoComplete="off"
      className="key-form"
      onKeyDown={(event) => event.key === 'Escape' && onCancel()}
      onSubmit={form.save}
      ref={ref}
    >
      <div className="key-form__fields">
        {Object.entries(properties).map(([name, { title, description, placeholder, secret }]) => {
          const field = {
            description,
            disabled: actions.busy === 'save',
            error: problems[name],
            label: title ?? name,
            name: `${provider.id}-${name}`,
            onChange: (value: string) => form.change(name, value),
            placeholder,
            required: required.includes(name),
            value: values[name] ?? '',
          }
          if (name === provider.addressCredential) return <AddressField key={name} {...field} />
          return secret === false ? (
            <LabelledInput autoComplete="off" key={name} spellCheck={false} {...field} />
          ) : (
            <SecretInput key={name} {...field} />
          )
        })}
        <LabelledInput
          autoComplete="off"
          description="If the key ends one day, you are warned before. Leave it empty where it does not."
          error={problems.expiresAt}
          label="Expires (optional)"
          min={isoDay(dayAfter(Date.now()))}
          name={`${provider.id}-expires`}
          onChange={form.setExpiry}
          type="date"
          value={form.expiry}
        />
      </div>
      <HowTo provider={provider} />
      <div className="key-form__end">
        {check && (
          <>
            <Verdict about="This key" latencyMs={check.latencyMs} providerName={provider.name} verdict={check} />
            <Capabilities doc={check} />
          </>
        )}
        {failure && (
          <KeyFormFailure failure={failure} onStale={onStale} provider={provider} waitSeconds={waitSeconds} />
        )}
        <div className="key-actions">
          <Button disabled={!isComplete || isBusy} margin={false} type="submit">
            {actions.busy === 'save' ? 'Testing and saving…' : isReplacement ? 'Replace key' : 'Save key'}
          </Button>
          <Button
            buttonStyle="secondary"
            disabled={!isComplete || isBusy}
            margin={false}
            onClick={() => void form.test()}
            type="button"
          >
            {actions.busy === 'test' ? 'Testing…' : 'Test'}
          </Button>
          <Button
            buttonStyle="transparent"
            disabled={actions.busy !== undefined}
            margin={false}
            onClick={onCancel}
            type="button"
          >
            Cancel
          </Button>
          <TestCosts provider={provider} />
        </div>
      </div>
    </form>
  )
}
