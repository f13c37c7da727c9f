'use client'
import { FieldLabel, Link, useAuth } from '@payloadcms/ui'
import { useEffect, useId, useState } from 'react'
import { requestApi } from '../data/request-api.ts'
import { collectionUrl } from '../paths.ts'

type Allowed = { id: string | number; label: string; address: string }

type AddressFieldProps = {
  label: string
  description?: string
  error?: string
  name: string
  value: string
  disabled: boolean
  required: boolean
  onChange(value: string): void
}

const LIST = 'allowed-endpoints'

/** A choice among the addresses that a platform admin allowed; where there is none, whom to ask. */
export const AddressField = ({ label, description, error, onChange, ...select }: AddressFieldProps) => {
  const id = useId()
  const { user } = useAuth()
  const isAdmin = (user as { role?: string } | null | undefined)?.role === 'admin'
  const [list, setList] = useState<Allowed[]>()
  const [failure, setFailure] = useState<string>()

  useEffect(() => {
    let isGone = false
    void requestApi<{ docs: Allowed[] }>({ path: `/${LIST}?limit=200&depth=0&sort=label` }).then((result) => {
      if (isGone) return
      if (result.ok) setList(result.data.docs)
      else setFailure(result.message)
    })
    return () => {
      isGone = true
    }
  }, [])

  const problem = error ?? failure
  const hint = problem ? `${id}-error` : `${id}-description`
  return (
    <div className={`field-type select labelled-input address-field ${problem ? 'error' : ''}`}>
      <FieldLabel htmlFor={id} label={label} required={select.required} />
      <select
        {...select}
        aria-describedby={hint}
        aria-invalid={problem !== undefined}
        disabled={select.disabled || !list || list.length === 0}
        id={id}
        onChange={(event) => onChange(event.target.value)}
      >
        <option value="">{list || failure ? 'Choose an address' : 'Loading…'}</option>
        {list?.map((entry) => (
          <option key={entry.id} value={entry.address}>
            {entry.label} ({entry.address})
          </option>
        ))}
      </select>
      {problem ? (
        <p className="labelled-input__error" id={hint} role="alert">
          {problem}
        </p>
      ) : (
        <p className="labelled-input__description" id={hint}>
          {list?.length === 0 ? <NothingAllowed isAdmin={isAdmin} /> : description}
        </p>
      )}
    </div>
  )
}

const NothingAllowed = ({ isAdmin }: { isAdmin: boolean }) =>
  isAdmin ? (
    <>
      No address is allowed yet. <Link href={collectionUrl(LIST, 'create')}>Allow the address of your server</Link>{' '}
      first.
    </>
  ) : (
    <>
      No address is allowed yet. Ask your platform admin to add the address of your server under Platform → Allowed
      addresses.
    </>
  )
