'use client'
import { FieldLabel, useField } from '@payloadcms/ui'
import type { JSONFieldClientComponent } from 'payload'
import { toLines } from '../to-lines.ts'
import './index.css'

/** What else an event says, as a list of names and values. */
export const DetailsField: JSONFieldClientComponent = ({ field, path }) => {
  const { value } = useField<unknown>({ path })
  const lines = toLines(value)
  if (lines.length === 0) return null
  return (
    <div className="field-type audit-details">
      <FieldLabel label={field.label} path={path} />
      <dl className="audit-details__list">
        {lines.map(({ name, text }) => (
          <div className="audit-details__line" key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
