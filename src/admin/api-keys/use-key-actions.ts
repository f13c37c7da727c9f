'use client'
import { useState } from 'react'
import type { ApiFailure, ApiResult } from '../data/api-result.ts'
import { requestApi } from '../data/request-api.ts'
import type { KeyCheck, KeyDoc, KeyImpact } from './types.ts'

export type Credentials = Record<string, string>
export type Saved = { doc: KeyDoc; check: KeyCheck }

/** What is saved: the credentials, and when they end, where somebody knows. */
export type GivenKey = { credentials: Credentials; expiresAt?: string | null }

type KeyActionsOptions = {
  provider: string
  tenant: string
  hasKey: boolean
  /** Told after a key was saved, tested or deleted, with what is stored now. */
  onChange(doc: KeyDoc | undefined): void
}

export type KeyActions = ReturnType<typeof useKeyActions>

type Busy = 'test' | 'save' | 'delete' | 'roll-back' | 'change'

/** Tests, saves, changes and deletes one provider's key over REST. One thing at a time; `busy` names it. */
export function useKeyActions({ provider, tenant, hasKey, onChange }: KeyActionsOptions) {
  const [busy, setBusy] = useState<Busy>()
  const own = `/user-api-keys/${provider}`

  const run = async <Data>(name: Busy, action: () => Promise<ApiResult<Data>>) => {
    setBusy(name)
    const result = await action()
    setBusy(undefined)
    return result
  }

  const reload = async () => {
    const list = await requestApi<{ docs: KeyDoc[] }>({ path: '/user-api-keys', tenant })
    if (list.ok) onChange(list.data.docs.find((doc) => doc.provider === provider))
  }

  /** Sends a change of the stored key, and takes over what the answer says of it. */
  const change = <Data extends { doc: KeyDoc }>(
    name: Busy,
    request: { method: 'POST' | 'PUT' | 'PATCH'; path: string; body?: unknown },
  ) =>
    run(name, async () => {
      const result = await requestApi<Data>({ ...request, tenant })
      if (result.ok) onChange(result.data.doc)
      return result
    })

  return {
    busy,
    /** Reads what is stored now. */
    reload,
    /** Tests the given credentials without saving them. */
    test: (credentials: Credentials) =>
      run('test', () =>
        requestApi<{ check: KeyCheck }>({
          method: 'POST',
          path: '/user-api-keys/validate',
          tenant,
          body: { provider, credentials },
        }),
      ),
    /** Tests the stored key and takes over what was learned. */
    testStored: () =>
      run('test', async () => {
        const path = '/user-api-keys/validate'
        const result = await requestApi<{ check: KeyCheck }>({ method: 'POST', path, tenant, body: { provider } })
        await reload()
        return result
      }),
    /** Tests the credentials and stores them, in the place of the stored ones where there are any. */
    save: (given: GivenKey) =>
      hasKey
        ? change<Saved>('save', { method: 'PUT', path: own, body: given })
        : change<Saved>('save', { method: 'POST', path: '/user-api-keys/store', body: { provider, ...given } }),
    /** Puts the former key back in its place, while it is kept. */
    rollBack: () => change<Saved>('roll-back', { method: 'POST', path: `${own}/rollback` }),
    /** Notes when the key ends; null where nobody knows. */
    changeExpiry: (expiresAt: string | null) =>
      change<{ doc: KeyDoc }>('change', { method: 'PATCH', path: own, body: { expiresAt } }),
    /** What stops without the key. */
    readImpact: () => requestApi<KeyImpact>({ path: `${own}/impact`, tenant }),
    /** Deletes the stored key. To be asked only after the person saw what stops. */
    remove: () =>
      run('delete', async () => {
        const path = `${own}?confirm=true`
        const result = await requestApi<{ deleted: true }>({ method: 'DELETE', path, tenant })
        if (result.ok) onChange(undefined)
        return result
      }),
  }
}

/** The fields that an answer complains of, by name; the key alone goes under its own. */
export function fieldProblemsOf({ details }: ApiFailure): Record<string, string> {
  const fields = (details.fields ?? []) as { field: string; message: string }[]
  return Object.fromEntries(
    fields.flatMap(({ field, message }) =>
      field.startsWith('credentials.') ? [[field.slice('credentials.'.length), message]] : [],
    ),
  )
}
