import type { CollectionConfig, PayloadRequest } from 'payload'
import { isPlatformAdmin, membershipsOf, nobody } from '../../access/index.ts'
import { parseEndpoint } from '../../net/index.ts'
import { ALLOWED_ENDPOINTS } from '../slugs.ts'
import { platformAdminOnly } from '../Users/access/platform-admin-only.ts'
import { noteChange, noteWithdrawal } from './hooks/note-change.ts'

const HELP =
  'Addresses of servers that workspaces may use with a provider that has no address of its own, such as an ' +
  'OpenAI-compatible model or speech server. An address opens everything below it: allow http://gpu.internal:8000/v1, ' +
  'not http://gpu.internal:8000. Private networks are fine; the services of a cloud for its own machines are refused ' +
  'always. Taking an address away ends every request to it at once.'

/** A request by a member of any workspace: forms offer the list as a choice. */
const anyMember = ({ req }: { req: PayloadRequest }): boolean =>
  isPlatformAdmin(req.user) || membershipsOf(req.user).length > 0

/** Where tenants may let keys be sent: the platform admin's list. */
export const AllowedEndpoints: CollectionConfig = {
  slug: ALLOWED_ENDPOINTS,
  labels: { singular: 'Allowed address', plural: 'Allowed addresses' },
  admin: {
    group: 'Platform',
    hidden: ({ user }) => !isPlatformAdmin(user as unknown as PayloadRequest['user']),
    useAsTitle: 'label',
    defaultColumns: ['label', 'address', 'createdAt'],
    description: HELP,
  },
  access: {
    read: anyMember,
    readVersions: nobody,
    create: platformAdminOnly,
    update: platformAdminOnly,
    delete: platformAdminOnly,
    unlock: nobody,
  },
  hooks: { afterChange: [noteChange], afterDelete: [noteWithdrawal] },
  disableDuplicate: true,
  fields: [
    {
      name: 'label',
      type: 'text',
      required: true,
      maxLength: 80,
      admin: { description: 'What people choose by in the form of a key: Our GPU server, vLLM.' },
    },
    {
      name: 'address',
      type: 'text',
      required: true,
      unique: true,
      index: true,
      maxLength: 500,
      admin: {
        description: 'With the path under which the API lies, usually /v1.',
        placeholder: 'http://gpu.internal:8000/v1',
      },
      hooks: {
        beforeValidate: [
          ({ value }) => (typeof value === 'string' ? (parseEndpoint(value).address ?? value.trim()) : value),
        ],
      },
      validate: (value: unknown) =>
        typeof value === 'string' && value !== '' ? (parseEndpoint(value).problem ?? true) : 'Give an address.',
    },
  ],
}
