import type { Endpoint, PayloadRequest } from 'payload'
import { toApiResult } from './api-result.ts'
import type { ApiResult } from './api-result.ts'

type ReadOptions = {
  req: PayloadRequest
  /** Of an endpoint of ours as it was declared: `/services`, `/user-api-keys/:provider/usage`. */
  path: string
  tenant?: string
  /** What stands in the path for the names after a colon. */
  params?: Record<string, string>
  /** What would stand after the question mark. */
  query?: Record<string, string>
}

/**
 * Asks one of our GET endpoints from a server component, without a round trip and with the rights of the person who
 * opened the page: what the REST refuses is refused here.
 */
export async function readEndpoint<Data>({
  req,
  path,
  tenant,
  params = {},
  query = {},
}: ReadOptions): Promise<ApiResult<Data>> {
  const endpoint = findEndpoint({ req, path })
  if (!endpoint) throw new Error(`there is no endpoint GET ${path}`)
  const headers = new Headers(req.headers)
  if (tenant !== undefined) headers.set('X-Tenant', tenant)
  const searchParams = new URLSearchParams(query)
  return toApiResult<Data>(endpoint.handler({ ...req, headers, routeParams: params, searchParams, query }))
}

/** By its whole path, or below the collection that it belongs to. */
function findEndpoint({ req, path }: Pick<ReadOptions, 'req' | 'path'>): Endpoint | undefined {
  const { collections, endpoints } = req.payload.config
  const [, slug, ...rest] = path.split('/')
  const own = collections.find((collection) => collection.slug === slug)?.endpoints || []
  const isRead = (wanted: string) => (endpoint: Endpoint) => endpoint.path === wanted && endpoint.method === 'get'
  return own.find(isRead(`/${rest.join('/')}`)) ?? endpoints.find(isRead(path))
}
