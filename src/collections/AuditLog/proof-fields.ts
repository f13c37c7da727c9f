import type { Field } from 'payload'

/** What proves that an entry is the one that was written, in its place. */
export const proofFields: Field[] = [
  {
    type: 'collapsible',
    label: 'Proof',
    admin: {
      initCollapsed: true,
      description: 'Each entry holds the hash of the one before it, and a seal that only this server can make.',
    },
    fields: [
      { name: 'sequence', label: 'Number', type: 'number' },
      { name: 'previousHash', label: 'Hash of the entry before', type: 'text' },
      { name: 'hash', type: 'text' },
      { name: 'seal', type: 'text' },
    ],
  },
]
