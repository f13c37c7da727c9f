'use client'
import { useTenantSelection } from '@payloadcms/plugin-multi-tenant/client'
import { FieldDescription, FieldError, FieldLabel, ReactSelect, useField, useFormFields } from '@payloadcms/ui'
import type { ReactSelectOption } from '@payloadcms/ui'
import type { TextFieldClientProps } from 'payload'
import { useEffect, useId, useRef } from 'react'
import { VoicePreview } from './VoicePreview.tsx'
import { optionOf, toOption } from './to-options.ts'
import { useChoices } from './use-choices.ts'
import './index.css'

type ChoiceFieldProps = TextFieldClientProps & { capability: 'stt' | 'llm' | 'tts'; list: 'voices' | 'models' }

const textOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')

/**
 * A voice or model of the provider beside it: chosen from what the workspace's key may use, or typed. What was chosen
 * of one provider goes when another is chosen.
 */
export const ChoiceField = ({ field, path, readOnly, capability, list }: ChoiceFieldProps) => {
  const { value, setValue, showError } = useField<string>({ path })
  const group = path.slice(0, path.lastIndexOf('.'))
  const provider = useFormFields(([fields]) => textOf(fields[`${group}.provider`]?.value)) || undefined
  const model = useFormFields(([fields]) => textOf(fields[`${group}.model`]?.value))
  const formTenant = useFormFields(([fields]) => textOf(fields.tenant?.value))
  const { selectedTenantID } = useTenantSelection()
  const tenant = formTenant || textOf(selectedTenantID) || undefined
  const choices = useChoices({ provider, capability, list, tenant })
  const inputId = useId()

  const former = useRef(provider)
  useEffect(() => {
    if (former.current !== undefined && former.current !== provider) setValue('')
    former.current = provider
  }, [provider, setValue])

  const choose = (chosen: ReactSelectOption | ReactSelectOption[]) => {
    const [option] = [chosen].flat()
    setValue(textOf(option?.value))
  }

  return (
    <div className={`field-type text choice-field ${showError ? 'error' : ''}`} style={{ width: field.admin?.width }}>
      <FieldLabel htmlFor={inputId} label={field.label} path={path} />
      <div className="field-type__wrap">
        <FieldError path={path} showError={showError} />
        <ReactSelect
          disabled={readOnly || !provider}
          inputId={inputId}
          isClearable
          isCreatable
          isLoading={choices.isLoading}
          noOptionsMessage={() => 'Nothing of this name. Type the whole id to use it.'}
          onChange={choose}
          options={choices.docs.map(toOption)}
          placeholder={choices.default ? `Default: ${optionOf(choices.default, choices.docs).label}` : 'Default'}
          showError={showError}
          value={value ? optionOf(value, choices.docs) : undefined}
        />
      </div>
      <p className="choice-field__hint">{hintOf(choices)}</p>
      {list === 'voices' && provider ? (
        <VoicePreview model={model} provider={provider} tenant={tenant} voice={value ?? ''} />
      ) : null}
      <FieldDescription description={field.admin?.description} path={path} />
    </div>
  )
}

const hintOf = ({ source, problem, isLoading }: ReturnType<typeof useChoices>): string => {
  if (problem) return `${problem} You can type the id.`
  if (isLoading || !source) return ''
  return source === 'account' ? 'What your key may use.' : 'Known ones; add a key to see your own.'
}
