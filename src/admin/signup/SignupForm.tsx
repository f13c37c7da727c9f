'use client'
import { Banner, Button } from '@payloadcms/ui'
import { useState } from 'react'
import type { FormEvent } from 'react'
import type { ApiFailure } from '../data/api-result.ts'
import { requestApi } from '../data/request-api.ts'
import { LabelledInput } from '../elements/LabelledInput.tsx'
import { ADMIN_URL } from '../paths.ts'

type Account = { name: string; email: string; password: string }
type Problems = Partial<Record<keyof Account | 'general', string>>

const EMPTY: Account = { name: '', email: '', password: '' }

type SignupFormProps = {
  /** The endpoint that makes the account, under `/api`. */
  path: '/auth/signup' | '/users/first-register'
}

/** Makes an account. The answer carries the session's cookie, so that the panel is opened anew with it. */
export const SignupForm = ({ path }: SignupFormProps) => {
  const [account, setAccount] = useState(EMPTY)
  const [problems, setProblems] = useState<Problems>({})
  const [isBusy, setBusy] = useState(false)

  const fieldProps = (name: keyof Account) => ({
    name,
    value: account[name],
    error: problems[name],
    required: true,
    onChange: (value: string) => setAccount({ ...account, [name]: value }),
  })

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (isBusy) return
    const found = findProblems(account)
    setProblems(found)
    if (Object.keys(found).length > 0) return
    setBusy(true)
    const result = await requestApi({ method: 'POST', path, body: account })
    if (result.ok) {
      window.location.assign(ADMIN_URL)
      return
    }
    setBusy(false)
    setProblems(toProblems(result))
  }

  return (
    <form className="login__form signup__form" noValidate onSubmit={submit}>
      {problems.general && (
        <Banner className="signup__error" type="error">
          {problems.general}
        </Banner>
      )}
      <div className="login__form__inputWrap">
        <LabelledInput {...fieldProps('name')} autoComplete="name" label="Your name" maxLength={80} />
        <LabelledInput {...fieldProps('email')} autoComplete="email" label="E-mail" type="email" />
        <LabelledInput
          {...fieldProps('password')}
          autoComplete="new-password"
          description="At least 8 characters."
          label="Password"
          type="password"
        />
      </div>
      <Button disabled={isBusy} size="large" type="submit">
        {isBusy ? 'Creating your account…' : 'Create account'}
      </Button>
    </form>
  )
}

const findProblems = ({ name, email, password }: Account): Problems => ({
  ...(name.trim() === '' && { name: 'Tell us your name.' }),
  ...(!/^\S+@\S+\.\S+$/.test(email.trim()) && { email: 'Enter an e-mail address, such as ada@example.com.' }),
  ...(password.length < 8 && { password: 'Use at least 8 characters.' }),
})

/** Puts each complaint beside its field; what belongs to none stands above the form. */
function toProblems({ code, message, details }: ApiFailure): Problems {
  if (code === 'email_taken') return { email: message }
  const fields = (details.fields ?? []) as { field: string; message: string }[]
  const known = fields.filter(({ field }) => field in EMPTY)
  if (known.length === 0) return { general: message }
  return Object.fromEntries(known.map(({ field, message: reason }) => [field, reason]))
}
