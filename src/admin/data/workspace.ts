import type { PayloadRequest } from 'payload'
import type { TenantRole } from '../../access/membership.ts'
import { TENANTS } from '../../collections/slugs.ts'

/** The workspace that the panel shows, and what the person may do there. */
export type Workspace = { id: string; role: TenantRole | 'platform-admin' }

type SessionUser = {
  role?: string | null
  memberships?: { tenant?: unknown; role?: string | null }[] | null
}

/** The tenant selector keeps the chosen workspace's id here. */
const SELECTED = /(?:^|;\s*)payload-tenant=([^;]+)/

/** Whether the person runs the platform. Decides what is shown, never what is allowed. */
export const isPlatformAdmin = (user: unknown): boolean => (user as SessionUser | null)?.role === 'admin'

/** Whether the person owns a workspace. Decides what is shown, never what is allowed. */
export const isOwner = (user: unknown): boolean => membershipsOf(user).some(({ role }) => role === 'owner')

/** The workspace that a page is about; undefined for somebody of several, or of none, who chose none. */
export function workspaceOf(req: PayloadRequest): Workspace | undefined {
  const memberships = membershipsOf(req.user)
  const selected = SELECTED.exec(req.headers.get('cookie') ?? '')?.[1]
  const chosen = memberships.find(({ id }) => id === selected)
  if (chosen) return chosen
  if (selected !== undefined && isPlatformAdmin(req.user)) return { id: selected, role: 'platform-admin' }
  return memberships.length === 1 ? memberships[0] : undefined
}

/** What the person may do in a workspace; undefined for outsiders. Decides what is shown, never what is allowed. */
export const roleIn = ({ user, tenant }: { user: unknown; tenant: string }): Workspace['role'] | undefined =>
  membershipsOf(user).find(({ id }) => id === tenant)?.role ?? (isPlatformAdmin(user) ? 'platform-admin' : undefined)

/** The workspace's name, as far as the person may read it. */
export async function nameOfWorkspace(req: PayloadRequest, { id }: Workspace): Promise<string> {
  const { docs } = await req.payload.find({
    collection: TENANTS,
    where: { id: { equals: id } },
    limit: 1,
    depth: 0,
    pagination: false,
    req,
    overrideAccess: false,
  })
  return (docs[0] as { name?: string } | undefined)?.name ?? ''
}

const membershipsOf = (user: unknown): Workspace[] =>
  ((user as SessionUser | null)?.memberships ?? []).flatMap(({ tenant, role }) => {
    const id = typeof tenant === 'object' && tenant !== null ? (tenant as { id?: unknown }).id : tenant
    return id === undefined || id === null ? [] : [{ id: String(id), role: role as TenantRole }]
  })
