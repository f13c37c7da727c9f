'use client'
import { useEffect, useState } from 'react'
import type { FormEvent } from 'react'
import type { ApiFailure } from '../data/api-result.ts'
import { endOfDay } from './expiry.ts'
import type { KeyFormProps } from './KeyForm.tsx'
import type { Credentials } from './use-key-actions.ts'
import { STATUS_WORDS } from './words.ts'
import type { KeyCheck } from './types.ts'

/** What is typed into the form of a key, and what came of it. */
export function useKeyForm({ provider, actions, onSaved, say }: KeyFormProps) {
  const [values, setValues] = useState<Credentials>({})
  const [expiry, setExpiry] = useState('')
  const [check, setCheck] = useState<KeyCheck>()
  const [failure, setFailure] = useState<ApiFailure>()
  const [waitSeconds, setWaitSeconds] = useState(0)
  const isComplete = (provider.credentialSchema.required ?? []).every((name) => values[name]?.trim())

  useEffect(() => {
    if (waitSeconds <= 0) return
    const timer = setTimeout(() => setWaitSeconds(waitSeconds - 1), 1_000)
    return () => clearTimeout(timer)
  }, [waitSeconds])

  const given = () => Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ''))

  const fail = (refusal: ApiFailure) => {
    setCheck(undefined)
    setFailure(refusal)
    setWaitSeconds(refusal.retryAfterSeconds ?? 0)
    say(refusal.message)
  }

  return {
    values,
    expiry,
    setExpiry,
    check,
    failure,
    /** How long the server asks to wait, in s. */
    waitSeconds,
    isComplete,
    change(name: string, value: string) {
      setValues({ ...values, [name]: value })
      setCheck(undefined)
      setFailure(undefined)
    },
    async test() {
      const result = await actions.test(given())
      if (!result.ok) return fail(result)
      setFailure(undefined)
      setCheck(result.data.check)
      const { status, message } = result.data.check
      say(`This key: ${STATUS_WORDS[status].label}. ${message}`)
    },
    async save(event: FormEvent) {
      event.preventDefault()
      if (!isComplete || actions.busy !== undefined || waitSeconds > 0) return
      const result = await actions.save({ credentials: given(), ...(expiry ? { expiresAt: endOfDay(expiry) } : {}) })
      if (!result.ok) return fail(result)
      setValues({})
      onSaved(result.data.check)
    },
  }
}
