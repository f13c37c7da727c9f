import type { ArrayField } from 'payload'
import { TENANT_ROLES, platformAdminField, selfOrPlatformAdminField } from '../../access/index.ts'
import { TENANTS } from '../slugs.ts'

/**
 * The tenants that a user belongs to, with the role in each. Owners change those of their own tenant through
 * `/api/members`; nobody writes their own here, and nobody sees somebody else's other tenants.
 */
export const membershipsField: ArrayField = {
  name: 'memberships',
  type: 'array',
  labels: { singular: 'Membership', plural: 'Memberships' },
  access: { read: selfOrPlatformAdminField, create: platformAdminField, update: platformAdminField },
  admin: { description: 'The workspaces that this person belongs to, and what they may do in each.' },
  fields: [
    {
      type: 'row',
      fields: [
        { name: 'tenant', label: 'Workspace', type: 'relationship', relationTo: TENANTS, required: true, index: true },
        {
          name: 'role',
          type: 'select',
          required: true,
          defaultValue: 'viewer',
          options: TENANT_ROLES.map((role) => ({
            value: role,
            label: `${role.charAt(0).toUpperCase()}${role.slice(1)}`,
          })),
        },
      ],
    },
  ],
}
