import type { Payload } from 'payload'
import type { DocumentId } from '../access/index.ts'
import { TENANTS, USERS } from '../collections/slugs.ts'
import { compositionOf } from '../composition.ts'
import { hasTenantRole } from '../access/index.ts'

export type Workspace = { id: DocumentId; slug: string; name: string }

/** The workspace by its name; undefined where it is gone. */
export async function findWorkspace({
  payload,
  tenant,
}: {
  payload: Payload
  tenant: DocumentId
}): Promise<Workspace | undefined> {
  const found = await payload.db.findOne<Workspace>({ collection: TENANTS, where: { id: { equals: tenant } } })
  return found ? { id: found.id, slug: found.slug, name: found.name } : undefined
}

/** The e-mail addresses of the workspace's owners. */
export async function findOwnerAddresses({
  payload,
  tenant,
}: {
  payload: Payload
  tenant: DocumentId
}): Promise<string[]> {
  const { docs } = await payload.find({
    collection: USERS,
    overrideAccess: true,
    depth: 0,
    pagination: false,
    sort: 'email',
    where: { 'memberships.tenant': { equals: tenant } },
  })
  return (docs as unknown as { email: string; collection?: string }[])
    .filter((user) => hasTenantRole({ ...user, collection: USERS } as never, { tenant, roles: ['owner'] }))
    .map(({ email }) => email)
}

/** How people call a provider. */
export function providerName(payload: Payload, id: string | null | undefined): string | undefined {
  if (!id) return undefined
  const { registry } = compositionOf(payload)
  return registry.has(id) ? registry.get(id).name : id
}

/** Where an alert leads, in full; undefined for anything but a path of this server or an http address. */
export function fullFixUrl(payload: Payload, fixUrl: string | null | undefined): string | undefined {
  if (!fixUrl || !URL.canParse(fixUrl, compositionOf(payload).environment.publicUrl)) return undefined
  const url = new URL(fixUrl, compositionOf(payload).environment.publicUrl)
  return /^https?:$/.test(url.protocol) ? url.href : undefined
}
