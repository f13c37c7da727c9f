import type { ServerProps } from 'payload'
import { listServices } from '../../../services/catalogue.ts'
import { isPlatformAdmin } from '../../data/workspace.ts'
import { serviceUrl } from '../paths.ts'
import { ServicesNavLinks } from './ServicesNavLinks.tsx'

/** The services in the navigation, for everybody who works in a workspace. */
export const ServicesNav = ({ user }: ServerProps) => {
  const { memberships } = (user ?? {}) as { memberships?: unknown[] | null }
  if (!memberships?.length && !isPlatformAdmin(user)) return null
  return <ServicesNavLinks links={listServices().map(({ id, name }) => ({ id, label: name, url: serviceUrl(id) }))} />
}
