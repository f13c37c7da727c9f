import type { CollectionConfig, Field } from 'payload'
import { nobody, tenantAccess } from '../../access/index.ts'
import { ALERTS } from '../slugs.ts'
import { acknowledge } from './endpoints/acknowledge.ts'
import { fillDeliveries } from './hooks/fill-deliveries.ts'

/** What somebody in the workspace should know and act on: one entry for each change, not for each time it is noticed. */
export const Alerts: CollectionConfig = {
  slug: ALERTS,
  labels: { singular: 'Alert', plural: 'Alerts' },
  admin: {
    // People have the page at /admin/settings/alerts, which leads here.
    group: false,
    useAsTitle: 'message',
    defaultColumns: ['raisedAt', 'severity', 'message', 'resolvedAt'],
    description: 'What changed about your keys, and what to do. Also sent by e-mail and webhook, as the settings say.',
    hideAPIURL: true,
  },
  access: { ...tenantAccess({ read: ['owner', 'editor'], create: [], update: [], delete: [] }), create: nobody },
  defaultSort: '-raisedAt',
  disableDuplicate: true,
  disableBulkEdit: true,
  endpoints: [acknowledge],
  hooks: { beforeRead: [fillDeliveries] },
  forceSelect: { emailOutcomes: true, webhookOutcomes: true },
  fields: [
    {
      type: 'row',
      fields: [
        { name: 'kind', type: 'text', required: true, index: true },
        {
          name: 'severity',
          type: 'select',
          required: true,
          options: ['info', 'warning', 'critical'],
          index: true,
        },
      ],
    },
    { name: 'message', type: 'text', required: true },
    { name: 'fixUrl', type: 'text', label: 'Where to mend it' },
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
        { name: 'raisedAt', type: 'date', required: true, index: true },
        { name: 'resolvedAt', type: 'date', index: true },
      ],
    },
    {
      type: 'row',
      fields: [
        { name: 'acknowledgedAt', type: 'date' },
        { name: 'acknowledgedBy', type: 'text' },
      ],
    },
    { name: 'dedupeKey', type: 'text', required: true, unique: true, admin: { hidden: true }, hidden: true },
    { name: 'deliveries', type: 'json', label: 'Sent to', virtual: true },
    // What each channel has still to do, and how its attempts went: two columns each, written by whoever sends.
    ...(['emailDueAt', 'webhookDueAt'] as const).map(
      (name): Field => ({ name, type: 'date', index: true, hidden: true, admin: { hidden: true } }),
    ),
    ...(['emailOutcomes', 'webhookOutcomes'] as const).map(
      (name): Field => ({ name, type: 'json', hidden: true, admin: { hidden: true } }),
    ),
  ],
}
