'use client'
import { FieldLabel } from '@payloadcms/ui'
import { useId } from 'react'
import type { ReactNode } from 'react'
import '../elements/elements.css'

type ControlProps = { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean }

type LabelledFieldProps = {
  kind: 'select' | 'textarea'
  label: string
  required?: boolean
  description?: string
  /** What is wrong with the value, as a sentence. */
  error?: string
  /** Draws the control with what ties it to its label and its sentence. */
  children(props: ControlProps): ReactNode
}

/** A choice or a longer text with its label, in Payload's look, for forms that are not about a document. */
export const LabelledField = ({ kind, label, required, description, error, children }: LabelledFieldProps) => {
  const id = useId()
  const hint = error ?? description
  const hintId = hint === undefined ? undefined : `${id}-hint`
  return (
    <div className={`field-type ${kind} labelled-input ${error ? 'error' : ''}`}>
      <FieldLabel htmlFor={id} label={label} required={required} />
      {children({ id, 'aria-describedby': hintId, 'aria-invalid': error !== undefined })}
      {hint !== undefined && (
        <p
          className={error ? 'labelled-input__error' : 'labelled-input__description'}
          id={hintId}
          role={error ? 'alert' : undefined}
        >
          {hint}
        </p>
      )}
    </div>
  )
}
