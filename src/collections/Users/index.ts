import type { CollectionConfig } from 'payload'
import {
  isHiddenFromNonManagers,
  noFieldAccess,
  nobody,
  platformAdminField,
  selfField,
  selfOrPlatformAdminField,
} from '../../access/index.ts'
import { USERS } from '../slugs.ts'
import { canEnterAdmin } from './access/can-enter-admin.ts'
import { platformAdminOnly } from './access/platform-admin-only.ts'
import { readUsers } from './access/read-users.ts'
import { selfOrPlatformAdmin } from './access/self-or-platform-admin.ts'
import { checkApiKey } from './hooks/check-api-key.ts'
import { checkPassword } from './hooks/check-password.ts'
import { keepLastPlatformAdmin, keepLastPlatformAdminOnDelete } from './hooks/keep-last-platform-admin.ts'
import { createSignInLimit } from './hooks/limit-sign-in.ts'
import { giveFirstUserWorkspace, promoteFirstUser } from './hooks/promote-first-user.ts'
import { membershipsField } from './memberships-field.ts'

/**
 * People, and the machine clients that use a person's API key. The only collection that signs anybody in.
 * @param options.hasSecureCookies whether browsers may send the session cookie over https alone
 */
export const createUsers = ({ hasSecureCookies }: { hasSecureCookies: boolean }): CollectionConfig => {
  const signInLimit = createSignInLimit()
  return {
    slug: USERS,
    auth: {
      useAPIKey: true,
      useSessions: true,
      maxLoginAttempts: 10,
      lockTime: 10 * 60 * 1000,
      cookies: { sameSite: 'Lax', secure: hasSecureCookies },
    },
    admin: {
      group: 'People',
      hidden: isHiddenFromNonManagers,
      useAsTitle: 'email',
      defaultColumns: ['email', 'name', 'role', 'createdAt'],
      description: 'Everybody who can sign in. What a person may do follows from their role in each workspace.',
    },
    access: {
      admin: canEnterAdmin,
      read: readUsers,
      readVersions: nobody,
      create: platformAdminOnly,
      update: selfOrPlatformAdmin,
      delete: platformAdminOnly,
      unlock: platformAdminOnly,
    },
    hooks: {
      beforeOperation: [signInLimit.beforeOperation],
      afterLogin: [signInLimit.afterLogin],
      beforeValidate: [checkPassword, checkApiKey],
      beforeChange: [promoteFirstUser, keepLastPlatformAdmin],
      afterChange: [giveFirstUserWorkspace],
      beforeDelete: [keepLastPlatformAdminOnDelete],
    },
    fields: [
      { name: 'name', type: 'text', maxLength: 120 },
      {
        name: 'role',
        label: 'Platform role',
        type: 'select',
        required: true,
        defaultValue: 'user',
        options: [
          { value: 'user', label: 'User' },
          { value: 'admin', label: 'Platform admin' },
        ],
        access: { read: selfOrPlatformAdminField, create: platformAdminField, update: platformAdminField },
        admin: { description: 'A platform admin manages people, workspaces and the health of the platform.' },
      },
      membershipsField,
      // Who could set another person's API key could act as that person.
      { name: 'apiKey', label: 'API key', type: 'text', access: { create: noFieldAccess, update: selfField } },
      { name: 'sessions', type: 'array', fields: [], access: { read: noFieldAccess, create: noFieldAccess } },
    ],
  }
}
