import { hiddenCollection } from '../hidden-collection.ts'
import { LEASES } from '../slugs.ts'

/** Work that one node at a time does for all of them: who does it, and until when without saying so again. */
export const Leases = hiddenCollection({
  slug: LEASES,
  fields: [
    { name: 'name', type: 'text', required: true, unique: true },
    { name: 'holder', type: 'text', required: true },
    { name: 'until', type: 'date', required: true },
  ],
})
