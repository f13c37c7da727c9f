import type { Field } from 'payload'
import { NOT_LISTED } from './not-listed.ts'

/** What the call used, whose keys paid, and what a provider refused. Nothing of a key itself. */
export const costFields: Field[] = [
  { name: 'usage', type: 'json', admin: { ...NOT_LISTED, description: 'What was used of each provider.' } },
  {
    name: 'receipt',
    type: 'json',
    admin: {
      ...NOT_LISTED,
      description: 'Which credential and version paid each provider, with the ids of the requests.',
    },
  },
  {
    name: 'error',
    label: 'Provider error',
    type: 'json',
    admin: { ...NOT_LISTED, description: 'The provider that ended the call, and how.' },
  },
]
