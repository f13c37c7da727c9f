import type { CollectionConfig } from 'payload'
import { USERS } from '../slugs.ts'
import { membershipsField } from './memberships-field.ts'

export const Users: CollectionConfig = {
  slug: USERS,
  auth: { useAPIKey: true, useSessions: true, maxLoginAttempts: 10, lockTime: 10 * 60 * 1000 },
  admin: { useAsTitle: 'email', group: 'People' },
  fields: [
    { name: 'name', type: 'text' },
    { name: 'role', type: 'select', options: ['admin', 'user'], defaultValue: 'user', required: true },
    membershipsField,
  ],
}
