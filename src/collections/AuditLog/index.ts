import type { CollectionConfig } from 'payload'
import { nobody, tenantAccess } from '../../access/index.ts'
import { AUDIT_LOG } from '../slugs.ts'
import { refuseChange } from './hooks/refuse-change.ts'

/**
 * What was done in a workspace, by whom, and how it went. Written by the server alone, never changed. People are named
 * in plain text, so that an entry outlives their account and shows nothing else of it.
 */
export const AuditLog: CollectionConfig = {
  slug: AUDIT_LOG,
  labels: { singular: 'Audit event', plural: 'Audit log' },
  admin: {
    group: 'People',
    useAsTitle: 'action',
    defaultColumns: ['createdAt', 'actorName', 'action', 'subjectCollection', 'result'],
    description: 'Who changed what, and when. Nobody can change an entry.',
    hideAPIURL: true,
  },
  access: { ...tenantAccess({ read: ['owner'], create: [], update: [], delete: [] }), create: nobody },
  hooks: { beforeChange: [refuseChange] },
  defaultSort: '-createdAt',
  disableDuplicate: true,
  disableBulkEdit: true,
  fields: [
    {
      type: 'row',
      fields: [
        { name: 'action', type: 'text', required: true, index: true },
        { name: 'result', type: 'select', required: true, options: ['ok', 'refused', 'failed'], index: true },
      ],
    },
    {
      type: 'row',
      fields: [
        { name: 'actorName', label: 'Who', type: 'text', required: true },
        { name: 'actorId', label: 'User id', type: 'text', index: true },
      ],
    },
    {
      type: 'row',
      fields: [
        { name: 'subjectCollection', label: 'What', type: 'text', required: true },
        { name: 'subjectId', label: 'Id', type: 'text', required: true, index: true },
      ],
    },
    {
      type: 'row',
      fields: [
        { name: 'provider', type: 'text', index: true },
        { name: 'credentialId', label: 'Credential id', type: 'text', index: true },
        { name: 'version', type: 'number' },
        { name: 'purpose', type: 'text' },
      ],
    },
    { name: 'details', type: 'json' },
    {
      type: 'row',
      fields: [
        { name: 'sequence', label: 'Number', type: 'number' },
        { name: 'at', label: 'When', type: 'text' },
      ],
    },
    { name: 'previousHash', type: 'text' },
    { name: 'hash', type: 'text' },
  ],
}
