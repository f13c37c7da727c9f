import type { CollectionConfig, DateField, Field } from 'payload'
import { nobody, tenantAccess } from '../../access/index.ts'
import { ALERTS } from '../slugs.ts'
import { acknowledge } from './endpoints/acknowledge.ts'
import { fillDeliveries } from './hooks/fill-deliveries.ts'

/** What somebody in the workspace should know and act on: one entry for each change, not for each time it is noticed. */
export const Alerts: CollectionConfig = {
  slug: ALERTS,
  labels: { singular: 'Alert', plural: 'Alerts' },
  admin: {
    // The settings in the navigation lead to the page of alerts, and that to this list.
    group: false,
    useAsTitle: 'message',
    defaultColumns: ['raisedAt', 'severity', 'message', 'provider', 'state'],
    listSearchableFields: ['message', 'provider', 'credentialId'],
    description: 'What changed about your keys, and what to do. Also sent by e-mail and webhook, as the settings say.',
    hideAPIURL: true,
    components: {
      beforeListTable: [
        {
          path: '/src/admin/lists/EmptyHint.tsx#EmptyHint',
          clientProps: {
            text: 'No alerts. When a key stops working, runs out of credit or nears its end, it is said here.',
          },
        },
      ],
    },
  },
  access: { ...tenantAccess({ read: ['owner', 'editor'], create: [], update: [], delete: [] }), create: nobody },
  defaultSort: '-raisedAt',
  versions: false,
  trash: false,
  disableDuplicate: true,
  disableBulkEdit: true,
  endpoints: [acknowledge],
  hooks: { beforeRead: [fillDeliveries] },
  forceSelect: { emailOutcomes: true, webhookOutcomes: true },
  fields: [
    {
      name: 'state',
      type: 'ui',
      admin: {
        components: {
          Field: '/src/admin/alert-list/AlertState/index.tsx#AlertState',
          Cell: '/src/admin/alert-list/StateCell/index.tsx#StateCell',
        },
      },
    },
    { name: 'message', label: 'What happened', type: 'text', required: true },
    { name: 'fixUrl', type: 'text', label: 'Where to mend it' },
    {
      type: 'row',
      fields: [
        { name: 'kind', type: 'text', required: true, index: true },
        {
          name: 'severity',
          type: 'select',
          required: true,
          options: [
            { value: 'info', label: 'Note' },
            { value: 'warning', label: 'Warning' },
            { value: 'critical', label: 'Critical' },
          ],
          index: true,
          admin: { components: { Cell: '/src/admin/alert-list/SeverityCell/index.tsx#SeverityCell' } },
        },
      ],
    },
    {
      type: 'row',
      fields: [
        { name: 'provider', type: 'text', index: true },
        { name: 'credentialId', type: 'text', label: 'Credential id', index: true },
        { name: 'version', type: 'number' },
      ],
    },
    {
      type: 'row',
      fields: [
        { name: 'from', type: 'text', label: 'Before' },
        { name: 'to', type: 'text', label: 'Since then' },
      ],
    },
    {
      type: 'row',
      fields: [
        { ...moment({ name: 'raisedAt', label: 'Raised' }), required: true, index: true },
        { ...moment({ name: 'resolvedAt', label: 'Resolved' }), index: true },
      ],
    },
    {
      type: 'row',
      fields: [
        moment({ name: 'acknowledgedAt', label: 'Acknowledged' }),
        { name: 'acknowledgedBy', type: 'text', label: 'By' },
      ],
    },
    { name: 'dedupeKey', type: 'text', required: true, unique: true, admin: { hidden: true }, hidden: true },
    {
      name: 'deliveries',
      type: 'json',
      label: 'Sent to',
      virtual: true,
      admin: {
        disableListColumn: true,
        disableListFilter: true,
        components: { Field: '/src/admin/alert-list/DeliveriesField/index.tsx#DeliveriesField' },
      },
    },
    // What each channel has still to do, and how its attempts went: two columns each, written by whoever sends.
    ...(['emailDueAt', 'webhookDueAt'] as const).map(
      (name): Field => ({ name, type: 'date', index: true, hidden: true, admin: { hidden: true } }),
    ),
    ...(['emailOutcomes', 'webhookOutcomes'] as const).map(
      (name): Field => ({ name, type: 'json', hidden: true, admin: { hidden: true } }),
    ),
  ],
}

function moment({ name, label }: { name: string; label: string }): DateField {
  return { name, label, type: 'date', admin: { date: { pickerAppearance: 'dayAndTime' } } }
}
