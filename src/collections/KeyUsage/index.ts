import { hiddenCollection } from '../hidden-collection.ts'
import { KEY_USAGE } from '../slugs.ts'

/**
 * How often each key was used on a day (UTC), and how that went: one row for each key, day, purpose and outcome, so that
 * counting is one atomic increment.
 */
export const KeyUsage = hiddenCollection({
  slug: KEY_USAGE,
  fields: [
    { name: 'tenant', type: 'text', required: true, index: true },
    { name: 'provider', type: 'text', required: true },
    { name: 'credentialId', type: 'text', required: true },
    { name: 'day', type: 'text', required: true },
    { name: 'purpose', type: 'text', required: true },
    { name: 'outcome', type: 'text', required: true },
    { name: 'count', type: 'number', required: true },
  ],
  indexes: [{ fields: ['credentialId', 'day', 'purpose', 'outcome'], unique: true }],
})
