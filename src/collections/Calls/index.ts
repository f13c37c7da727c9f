import type { CollectionConfig } from 'payload'
import { TENANT_ROLES, tenantAccess } from '../../access/index.ts'
import { CALLS } from '../slugs.ts'
import { followCall } from './endpoints/follow-call.ts'
import { hangUp } from './endpoints/hang-up.ts'
import { placeCall } from './endpoints/place-call.ts'
import { conversationFields } from './fields/conversation-fields.ts'
import { costFields } from './fields/cost-fields.ts'
import { overviewFields } from './fields/overview-fields.ts'
import { routeFields } from './fields/route-fields.ts'

/** The record of every call. Written by the server alone; the panel shows each on a page of its own, without a form. */
export const Calls: CollectionConfig = {
  slug: CALLS,
  admin: {
    group: 'Calls',
    useAsTitle: 'from',
    defaultColumns: ['startedAt', 'from', 'status', 'durationSeconds', 'endedReason', 'to', 'agentName', 'direction'],
    listSearchableFields: ['from', 'to', 'agentName', 'publicId', 'carrierCallId'],
    description: 'Every call, live and past, with what was said and why it ended.',
    // Transcripts are long, and the list shows none.
    enableListViewSelectAPI: true,
    meta: { title: 'Calls' },
    components: {
      beforeListTable: [
        {
          path: '/src/admin/lists/EmptyHint.tsx#EmptyHint',
          clientProps: {
            text: 'No calls yet. They appear here as soon as somebody dials one of your numbers, or an agent calls somebody.',
          },
        },
      ],
      views: { edit: { root: { Component: '/src/admin/call/CallView/index.tsx#CallView' } } },
    },
  },
  access: tenantAccess({ read: TENANT_ROLES, create: [], update: [], delete: [] }),
  defaultSort: '-startedAt',
  endpoints: [placeCall, hangUp, followCall],
  disableDuplicate: true,
  disableBulkEdit: true,
  indexes: [
    // The same call announced twice by its carrier stays one record.
    { fields: ['tenant', 'provider', 'carrierCallId'], unique: true },
    { fields: ['tenant', 'startedAt'] },
  ],
  fields: [...overviewFields, ...conversationFields, ...routeFields, ...costFields],
}
