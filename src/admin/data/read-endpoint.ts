import type { PayloadRequest } from 'payload'
import { toApiResult } from './api-result.ts'
import type { ApiResult } from './api-result.ts'

type ReadOptions = {
  req: PayloadRequest
  /** Of an endpoint of ours without parameters, `/services`. */
  path: string
  tenant?: string
}

/**
 * Asks one of our GET endpoints from a server component, without a round trip and with the rights of the person who
 * opened the page: what the REST refuses is refused here.
 */
export async function readEndpoint<Data>({ req, path, tenant }: ReadOptions): Promise<ApiResult<Data>> {
  const endpoint = req.payload.config.endpoints.find((entry) => entry.path === path && entry.method === 'get')
  if (!endpoint) throw new Error(`there is no endpoint GET ${path}`)
  const headers = new Headers(req.headers)
  if (tenant !== undefined) headers.set('X-Tenant', tenant)
  return toApiResult<Data>(endpoint.handler({ ...req, headers, routeParams: {} }))
}
