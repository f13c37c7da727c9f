'use client'
import { Banner, Button } from '@payloadcms/ui'
import { useState } from 'react'
import type { FormEvent } from 'react'
import type { ApiFailure } from '../data/api-result.ts'
import { LabelledInput } from '../elements/LabelledInput.tsx'
import { fieldProblemsOf } from './use-key-actions.ts'
import type { Credentials, KeyActions } from './use-key-actions.ts'
import { Verdict } from './Verdict.tsx'
import type { KeyCheck, ProviderInfo } from './types.ts'

type KeyFormProps = {
  provider: ProviderInfo
  actions: KeyActions
  isReplacement: boolean
  onSaved(check: KeyCheck): void
  onCancel(): void
}

/**
 * Takes a provider's credentials. What is typed lives in this form alone and goes with it: the form is taken away as
 * soon as the key is saved.
 */
export const KeyForm = ({ provider, actions, isReplacement, onSaved, onCancel }: KeyFormProps) => {
  const fields = Object.entries(provider.credentialSchema.properties ?? {})
  const required = provider.credentialSchema.required ?? []
  const [values, setValues] = useState<Credentials>({})
  const [check, setCheck] = useState<KeyCheck>()
  const [failure, setFailure] = useState<ApiFailure>()
  const problems = failure ? fieldProblemsOf(failure) : {}
  const isComplete = required.every((name) => values[name]?.trim())
  const isBusy = actions.busy !== undefined

  const given = () => Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ''))

  const test = async () => {
    const result = await actions.test(given())
    setFailure(result.ok ? undefined : result)
    setCheck(result.ok ? result.data.check : undefined)
  }

  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (!isComplete || isBusy) return
    const result = await actions.save(given())
    if (result.ok) {
      onSaved(result.data.check)
      return
    }
    setFailure(result)
    setCheck(result.details.check as KeyCheck | undefined)
  }

  return (
    <form autoComplete="off" className="key-form" onSubmit={save}>
      {fields.map(([name, { title, description, placeholder, secret }]) => (
        <LabelledInput
          autoComplete="off"
          data-1p-ignore
          data-lpignore="true"
          description={description}
          disabled={actions.busy === 'save'}
          error={problems[name]}
          key={name}
          label={title ?? name}
          name={`${provider.id}-${name}`}
          onChange={(value) => {
            setValues({ ...values, [name]: value })
            setCheck(undefined)
            setFailure(undefined)
          }}
          placeholder={placeholder}
          required={required.includes(name)}
          spellCheck={false}
          type={secret === false ? 'text' : 'password'}
          value={values[name] ?? ''}
        />
      ))}
      {check && !failure && <Verdict about="This key" providerName={provider.name} verdict={check} />}
      {failure && Object.keys(problems).length === 0 && <Banner type="error">{failure.message}</Banner>}
      <div className="key-actions">
        <Button disabled={!isComplete || isBusy} margin={false} type="submit">
          {actions.busy === 'save' ? 'Testing and saving…' : isReplacement ? 'Replace key' : 'Save key'}
        </Button>
        <Button buttonStyle="secondary" disabled={!isComplete || isBusy} margin={false} onClick={test} type="button">
          {actions.busy === 'test' ? 'Testing…' : 'Test'}
        </Button>
        <Button buttonStyle="transparent" disabled={isBusy} margin={false} onClick={onCancel} type="button">
          Cancel
        </Button>
      </div>
    </form>
  )
}
