'use client'
import { FieldLabel } from '@payloadcms/ui'
import { useId } from 'react'
import type { ComponentProps } from 'react'
import './elements.css'

type LabelledInputProps = Omit<ComponentProps<'input'>, 'onChange' | 'value' | 'id'> & {
  label: string
  value: string
  onChange(value: string): void
  description?: string
  /** What is wrong with the value, as a sentence. */
  error?: string
}

/** A line of text in Payload's look, for forms that are not about a document. */
export const LabelledInput = ({ label, value, onChange, description, error, ...input }: LabelledInputProps) => {
  const id = useId()
  const hint = error ? `${id}-error` : description && `${id}-description`
  return (
    <div className={`field-type text labelled-input ${error ? 'error' : ''}`}>
      <FieldLabel htmlFor={id} label={label} required={input.required} />
      <input
        aria-describedby={hint}
        aria-invalid={error !== undefined}
        {...input}
        id={id}
        onChange={(event) => onChange(event.target.value)}
        value={value}
      />
      {error && (
        <p className="labelled-input__error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
      {description && !error && (
        <p className="labelled-input__description" id={`${id}-description`}>
          {description}
        </p>
      )}
    </div>
  )
}
