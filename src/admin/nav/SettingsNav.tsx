import type { ServerProps } from 'payload'
import { isOwner, isPlatformAdmin } from '../data/workspace.ts'
import { SettingsNavLinks } from './SettingsNavLinks.tsx'

type Membership = { role?: string | null }

/** The settings in the navigation, for people who may see the state of keys: everybody but mere viewers. */
export const SettingsNav = ({ user }: ServerProps) => {
  const memberships = (user as { memberships?: Membership[] | null } | undefined)?.memberships ?? []
  const isEditor = memberships.some(({ role }) => role === 'editor')
  return isPlatformAdmin(user) || isOwner(user) || isEditor ? <SettingsNavLinks /> : null
}
