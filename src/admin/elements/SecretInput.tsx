'use client'
import { FieldLabel } from '@payloadcms/ui'
import { useId, useState } from 'react'
import type { ClipboardEvent, ComponentProps } from 'react'
import './elements.css'

type SecretInputProps = Omit<ComponentProps<'input'>, 'onChange' | 'value' | 'id' | 'type'> & {
  label: string
  value: string
  onChange(value: string): void
  description?: string
  /** What is wrong with the value, as a sentence. */
  error?: string
}

/**
 * Takes a secret: hidden while it is typed unless the person asks to see it, kept by no password manager and offered
 * none. Blanks and line breaks that a paste brings along are taken off.
 */
export const SecretInput = ({ label, value, onChange, description, error, ...input }: SecretInputProps) => {
  const id = useId()
  const [isShown, setShown] = useState(false)
  const hint = error ? `${id}-error` : description && `${id}-description`

  const paste = (event: ClipboardEvent<HTMLInputElement>) => {
    event.preventDefault()
    const { selectionStart, selectionEnd } = event.currentTarget
    const pasted = event.clipboardData.getData('text').replace(/[\s\u200b\ufeff]+/g, '')
    onChange(value.slice(0, selectionStart ?? value.length) + pasted + value.slice(selectionEnd ?? value.length))
  }

  return (
    <div className={`field-type text labelled-input ${error ? 'error' : ''}`}>
      <FieldLabel htmlFor={id} label={label} required={input.required} />
      <div className="secret-input">
        <input
          aria-describedby={hint}
          aria-invalid={error !== undefined}
          autoCapitalize="off"
          autoComplete="new-password"
          autoCorrect="off"
          data-1p-ignore
          data-bwignore
          data-form-type="other"
          data-lpignore="true"
          spellCheck={false}
          {...input}
          id={id}
          onChange={(event) => onChange(event.target.value)}
          onPaste={paste}
          type={isShown ? 'text' : 'password'}
          value={value}
        />
        <button
          aria-controls={id}
          className="secret-input__toggle"
          disabled={input.disabled}
          onClick={() => setShown(!isShown)}
          type="button"
        >
          {isShown ? 'Hide' : 'Show'}
          <span className="visually-hidden"> what is typed</span>
        </button>
      </div>
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
