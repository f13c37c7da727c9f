import type { CollectionConfig } from 'payload'
import { nobody, tenantAccess } from '../../access/index.ts'
import { AUDIT_ACTIONS } from '../../audit/audit-actions.ts'
import { AUDIT_LOG } from '../slugs.ts'
import { exportLog } from './endpoints/export-log.ts'
import { refuseChange } from './hooks/refuse-change.ts'
import { refuseDeletion } from './hooks/refuse-deletion.ts'
import { proofFields } from './proof-fields.ts'

/**
 * What was done in a workspace, by whom, and how it went. Written by `src/audit` alone, never changed: each entry is
 * chained to the one before it and sealed. People are named in plain text, so that an entry outlives their account and
 * shows nothing else of it.
 */
export const AuditLog: CollectionConfig = {
  slug: AUDIT_LOG,
  labels: { singular: 'Audit event', plural: 'Audit log' },
  admin: {
    group: 'People',
    useAsTitle: 'action',
    defaultColumns: ['at', 'action', 'actorName', 'provider', 'result', 'subjectId'],
    listSearchableFields: ['actorName', 'provider', 'credentialId', 'subjectId'],
    description: 'Who did what, and when. Nobody can change an entry, and none can go missing unnoticed.',
    hideAPIURL: true,
    components: {
      beforeListTable: [
        '/src/admin/audit/ExportBar/index.tsx#ExportBar',
        {
          path: '/src/admin/lists/EmptyHint.tsx#EmptyHint',
          clientProps: { text: 'Nothing yet. What people and the platform do with keys and members appears here.' },
        },
      ],
    },
  },
  access: { ...tenantAccess({ read: ['owner'], create: [], update: [], delete: [] }), create: nobody },
  hooks: { beforeChange: [refuseChange], beforeDelete: [refuseDeletion] },
  endpoints: [exportLog],
  defaultSort: '-at',
  versions: false,
  trash: false,
  disableDuplicate: true,
  disableBulkEdit: true,
  indexes: [
    // Two writers cannot both be the next: the chain never forks.
    { fields: ['tenant', 'sequence'], unique: true },
    { fields: ['tenant', 'at'] },
  ],
  fields: [
    {
      type: 'row',
      fields: [
        {
          name: 'action',
          label: 'What was done',
          type: 'select',
          required: true,
          index: true,
          options: Object.entries(AUDIT_ACTIONS).map(([value, label]) => ({ value, label })),
          admin: { components: { Cell: '/src/admin/audit/ActionCell/index.tsx#ActionCell' } },
        },
        {
          name: 'result',
          type: 'select',
          required: true,
          index: true,
          options: [
            { value: 'ok', label: 'Done' },
            { value: 'refused', label: 'Refused' },
            { value: 'failed', label: 'Failed' },
          ],
          admin: { components: { Cell: '/src/admin/audit/ResultCell/index.tsx#ResultCell' } },
        },
        {
          name: 'at',
          label: 'When',
          type: 'date',
          admin: { date: { pickerAppearance: 'dayAndTime', displayFormat: 'd MMM yyyy, HH:mm:ss' } },
        },
      ],
    },
    {
      type: 'row',
      fields: [
        { name: 'actorName', label: 'Who', type: 'text', required: true, index: true },
        { name: 'actorId', label: 'User id', type: 'text', index: true },
        {
          name: 'actorKind',
          label: 'How',
          type: 'select',
          options: [
            { value: 'person', label: 'Signed in' },
            { value: 'api-key', label: 'By an API key' },
            { value: 'system', label: 'By the platform itself' },
            { value: 'command', label: 'At the command line' },
            { value: 'outsider', label: 'From outside' },
          ],
        },
      ],
    },
    {
      type: 'row',
      fields: [
        { name: 'provider', type: 'text', index: true },
        { name: 'credentialId', label: 'Credential', type: 'text', index: true },
        { name: 'version', type: 'number' },
        { name: 'purpose', label: 'Used for', type: 'text' },
      ],
    },
    {
      type: 'row',
      fields: [
        { name: 'subjectCollection', label: 'Of what kind', type: 'text', required: true },
        { name: 'subjectId', label: 'Which', type: 'text', required: true, index: true },
      ],
    },
    {
      name: 'details',
      type: 'json',
      admin: { components: { Field: '/src/admin/audit/DetailsField/index.tsx#DetailsField' } },
    },
    ...proofFields,
  ],
}
