import type { Field } from 'payload'
import { toDatabaseId } from '../../../fields/to-database-id.ts'
import { AGENTS, PHONE_NUMBERS } from '../../slugs.ts'
import { fillCarrierCallId } from '../hooks/fill-carrier-call-id.ts'
import { fillPublicId } from '../hooks/fill-public-id.ts'

/** How the call came in and which agent took it. The agent's name and version stay readable when the agent is gone. */
export const routeFields: Field[] = [
  {
    type: 'row',
    fields: [
      {
        name: 'agent',
        type: 'relationship',
        relationTo: AGENTS,
        index: true,
        maxDepth: 1,
        hooks: { beforeValidate: [toDatabaseId] },
        admin: { width: '50%' },
      },
      {
        name: 'phoneNumber',
        type: 'relationship',
        relationTo: PHONE_NUMBERS,
        index: true,
        maxDepth: 1,
        hooks: { beforeValidate: [toDatabaseId] },
        admin: { width: '50%' },
      },
    ],
  },
  {
    type: 'row',
    fields: [
      { name: 'agentName', label: 'Agent name', type: 'text', admin: { width: '50%' } },
      { name: 'agentVersion', label: 'Agent version', type: 'text', admin: { width: '50%' } },
    ],
  },
  {
    type: 'row',
    fields: [
      { name: 'provider', label: 'Carrier', type: 'text', required: true, admin: { width: '50%' } },
      {
        name: 'carrierCallId',
        label: "Carrier's call id",
        type: 'text',
        index: true,
        hooks: { beforeValidate: [fillCarrierCallId] },
        admin: { width: '50%' },
      },
    ],
  },
  {
    name: 'publicId',
    label: 'Call id',
    type: 'text',
    unique: true,
    index: true,
    hooks: { beforeValidate: [fillPublicId] },
    admin: { description: 'Names the call in the log and in the API.' },
  },
  // When the node that holds the call last said that it lives.
  { name: 'heartbeatAt', type: 'date', index: true, admin: { hidden: true } },
]
