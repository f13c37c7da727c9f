import { toApiResult } from './api-result.ts'
import type { ApiResult } from './api-result.ts'

type RequestOptions = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Under `/api`, `/services`. */
  path: string
  /** The workspace that the request is about; left out where it is about none. */
  tenant?: string
  body?: unknown
}

/** Asks one of our endpoints from the browser, as the signed-in person. Throws nothing. */
export const requestApi = <Data>({ method = 'GET', path, tenant, body }: RequestOptions): Promise<ApiResult<Data>> =>
  toApiResult<Data>(
    fetch(`/api${path}`, {
      method,
      credentials: 'include',
      cache: 'no-store',
      headers: {
        ...(tenant === undefined ? {} : { 'X-Tenant': tenant }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  )
