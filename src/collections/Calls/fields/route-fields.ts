import type { Field } from 'payload'
import { toDatabaseId } from '../../../fields/to-database-id.ts'
import { AGENTS, PHONE_NUMBERS } from '../../slugs.ts'
import { fillCarrierCallId } from '../hooks/fill-carrier-call-id.ts'
import { fillPublicId } from '../hooks/fill-public-id.ts'

/** How the call came in and which agent took it. The agent's name and version stay readable when the agent is gone. */
export const routeFields: Field[] = [
  {
    name: 'agent',
    type: 'relationship',
    relationTo: AGENTS,
    index: true,
    maxDepth: 1,
    hooks: { beforeValidate: [toDatabaseId] },
  },
  {
    name: 'phoneNumber',
    type: 'relationship',
    relationTo: PHONE_NUMBERS,
    index: true,
    maxDepth: 1,
    hooks: { beforeValidate: [toDatabaseId] },
  },
  {
    name: 'agentName',
    label: 'Agent',
    type: 'text',
    admin: { components: { Cell: '/src/admin/call/cells/NameCell/index.tsx#NameCell' } },
  },
  { name: 'agentVersion', label: 'Agent version', type: 'text' },
  { name: 'provider', label: 'Carrier', type: 'text', required: true },
  {
    name: 'carrierCallId',
    label: "Carrier's call id",
    type: 'text',
    index: true,
    hooks: { beforeValidate: [fillCarrierCallId] },
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
