import type { PayloadRequest } from 'payload'
import { isPlatformAdmin, membershipsOf } from './membership.ts'

/**
 * Keeps a collection of people and workspaces out of the admin panel for those who would see only themselves there.
 * Their own account is on Payload's account page. Hides, and forbids nothing.
 */
export const isHiddenFromNonManagers = ({ user }: { user: unknown }): boolean => {
  const person = user as PayloadRequest['user']
  return !isPlatformAdmin(person) && !membershipsOf(person).some(({ role }) => role === 'owner')
}
