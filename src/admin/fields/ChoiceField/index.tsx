'use client'
import { useTenantSelection } from '@payloadcms/plugin-multi-tenant/client'
import { FieldDescription, FieldError, FieldLabel, ReactSelect, useField, useFormFields } from '@payloadcms/ui'
import type { ReactSelectOption } from '@payloadcms/ui'
import { mergeFieldStyles } from '@payloadcms/ui/shared'
import type { TextFieldClientProps } from 'payload'
import { useEffect, useId, useRef } from 'react'
import { VoicePreview } from './VoicePreview.tsx'
import { isFound, nameOf, toOption } from './to-options.ts'
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
  const hint = hintOf(choices)
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
    <div className={`field-type select choice-field ${showError ? 'error' : ''}`} style={mergeFieldStyles(field)}>
      <FieldLabel htmlFor={inputId} label={field.label} path={path} />
      <div className="field-type__wrap">
        <FieldError path={path} showError={showError} />
        <ReactSelect
          disabled={readOnly || !provider}
          filterOption={isFound}
          inputId={inputId}
          isClearable
          isCreatable
          isLoading={choices.isLoading}
          noOptionsMessage={() => 'Nothing of this name. Type the whole id to use it.'}
          onChange={choose}
          options={choices.docs.map(toOption)}
          placeholder={choices.default ? `Default: ${nameOf(choices.default, choices.docs)}` : 'Default'}
          showError={showError}
          // Undefined would leave the select to what it showed first.
          value={value ? { value, label: nameOf(value, choices.docs) } : []}
        />
      </div>
      {hint ? <p className="choice-field__hint">{hint}</p> : null}
      {list === 'voices' && provider ? (
        <VoicePreview model={model} provider={provider} tenant={tenant} voice={value ?? ''} />
      ) : null}
      <FieldDescription description={field.admin?.description} path={path} />
    </div>
  )
}

const hintOf = ({ isKeyMissing, problem }: ReturnType<typeof useChoices>): string => {
  if (problem) return `${problem} You can type the id.`
  return isKeyMissing ? 'Add a key to see what yours may use.' : ''
}
