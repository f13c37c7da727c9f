'use client'
import { useState } from 'react'
import type { ApiFailure, ApiResult } from '../data/api-result.ts'
import { requestApi } from '../data/request-api.ts'
import type { KeyCheck, KeyDoc } from './types.ts'

export type Credentials = Record<string, string>
type Saved = { doc: KeyDoc; check: KeyCheck }

/** What a key's removal would stop. */
export type KeyInUse = { agents: { id: string | number; name: string }[]; services: { id: string; name: string }[] }

type KeyActionsOptions = {
  provider: string
  tenant: string
  hasKey: boolean
  /** Told after a key was saved, tested or deleted, with what is stored now. */
  onChange(doc: KeyDoc | undefined): void
}

export type KeyActions = ReturnType<typeof useKeyActions>

/** Tests, saves and deletes one provider's key over REST. One thing at a time; `busy` names it. */
export function useKeyActions({ provider, tenant, hasKey, onChange }: KeyActionsOptions) {
  const [busy, setBusy] = useState<'test' | 'save' | 'delete'>()

  const run = async <Data>(name: 'test' | 'save' | 'delete', action: () => Promise<ApiResult<Data>>) => {
    setBusy(name)
    const result = await action()
    setBusy(undefined)
    return result
  }

  return {
    busy,
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
        const result = await requestApi<{ check: KeyCheck }>({
          method: 'POST',
          path: '/user-api-keys/validate',
          tenant,
          body: { provider },
        })
        const list = await requestApi<{ docs: KeyDoc[] }>({ path: '/user-api-keys', tenant })
        if (list.ok) onChange(list.data.docs.find((doc) => doc.provider === provider))
        return result
      }),
    /** Tests the credentials and stores them, in the place of the stored ones where there are any. */
    save: (credentials: Credentials) =>
      run('save', async () => {
        const result = hasKey
          ? await requestApi<Saved>({
              method: 'PUT',
              path: `/user-api-keys/${provider}`,
              tenant,
              body: { credentials },
            })
          : await requestApi<Saved>({
              method: 'POST',
              path: '/user-api-keys/store',
              tenant,
              body: { provider, credentials },
            })
        if (result.ok) onChange(result.data.doc)
        return result
      }),
    /** Deletes the stored key; refused while something needs it, unless confirmed. */
    remove: ({ isConfirmed }: { isConfirmed: boolean }) =>
      run('delete', async () => {
        const result = await requestApi<{ deleted: true }>({
          method: 'DELETE',
          path: `/user-api-keys/${provider}${isConfirmed ? '?confirm=true' : ''}`,
          tenant,
        })
        if (result.ok) onChange(undefined)
        return result
      }),
  }
}

/** What stops, where a deletion was refused for it. */
export const keyInUseOf = ({ code, details }: ApiFailure): KeyInUse | undefined =>
  code === 'key_in_use' ? (details as KeyInUse) : undefined

/** The fields that an answer complains of, by name; the key alone goes under its own. */
export function fieldProblemsOf({ details }: ApiFailure): Record<string, string> {
  const fields = (details.fields ?? []) as { field: string; message: string }[]
  return Object.fromEntries(
    fields.flatMap(({ field, message }) =>
      field.startsWith('credentials.') ? [[field.slice('credentials.'.length), message]] : [],
    ),
  )
}
