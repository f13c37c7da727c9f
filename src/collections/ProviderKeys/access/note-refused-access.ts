import type { AfterErrorHook, PayloadRequest, Where } from 'payload'
import { hasTenantRole, TENANT_ROLES } from '../../../access/index.ts'
import type { DocumentId } from '../../../access/index.ts'
import { noteRefusal } from '../../../audit/index.ts'
import { isApiError } from '../../../rest/api-error.ts'
import { toTenantId } from '../../../vault/key-record.ts'
import { PROVIDER_KEYS, TENANTS } from '../../slugs.ts'

type Refused = { req: PayloadRequest; tenant: DocumentId; provider?: string; credentialId?: string }

/** Longer than the id of any provider, in characters. */
const MAX_PROVIDER = 50

/** Writes into the log of the workspace that keys are about that somebody was refused, and who, if they belong to it. */
export function noteRefusedAccess({ req, tenant, provider, credentialId }: Refused): void {
  const { user } = req
  const isMember = hasTenantRole(user, { tenant, roles: TENANT_ROLES })
  noteRefusal({
    payload: req.payload,
    tenant,
    actor: user && isMember ? user : 'outsider',
    action: 'key.refused',
    subject: { collection: PROVIDER_KEYS, id: provider ?? 'every key' },
    provider,
    credentialId,
    details: { method: String(req.method ?? 'GET') },
  })
}

/**
 * Does what asks for the tenant of a request about keys, and notes where that is refused: to a member without the role,
 * and to somebody who names a workspace that is not theirs.
 */
export async function notingRefusals<Result>(req: PayloadRequest, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask()
  } catch (error) {
    const named = req.headers.get('x-tenant')?.trim()
    const isForeign = isApiError(error) && error.status === 404 && named
    const tenant = isForeign ? await findTenant({ req, named }).catch(() => undefined) : undefined
    if (tenant !== undefined) noteRefusedAccess({ req, tenant, provider: namedProvider(req) })
    throw error
  }
}

/** The provider that the path names. */
export function namedProvider(req: PayloadRequest): string | undefined {
  const { provider } = req.routeParams ?? {}
  return typeof provider === 'string' && provider !== '' ? provider.slice(0, MAX_PROVIDER) : undefined
}

async function findTenant({ req, named }: { req: PayloadRequest; named: string }): Promise<DocumentId | undefined> {
  const id = toTenantId(req.payload, named)
  const where: Where = { or: [{ slug: { equals: named } }, ...(id === undefined ? [] : [{ id: { equals: id } }])] }
  const tenant = await req.payload.db.findOne<{ id: DocumentId }>({ collection: TENANTS, where })
  return tenant?.id
}

/** Hook of the collection: whoever asks Payload's own REST for another workspace's key, or to change one. */
export const noteRefusedDocument: AfterErrorHook = async ({ error, req }) => {
  const { id } = req.routeParams ?? {}
  const { status } = error as { status?: number }
  if (!req.user || (status !== 403 && status !== 404) || typeof id !== 'string') return
  const key = toTenantId(req.payload, id)
  if (key === undefined) return
  const record = await req.payload.db
    .findOne<{ id: DocumentId; tenant: DocumentId; provider: string; credentialId: string }>({
      collection: PROVIDER_KEYS,
      where: { id: { equals: key } },
    })
    .catch(() => null)
  if (record) noteRefusedAccess({ req, ...record })
}
