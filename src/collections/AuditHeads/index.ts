import { hiddenCollection } from '../hidden-collection.ts'
import { AUDIT_HEADS } from '../slugs.ts'

/** Where each workspace's audit log ends, sealed: what tells that its last entries were cut off. */
export const AuditHeads = hiddenCollection({
  slug: AUDIT_HEADS,
  fields: [
    { name: 'tenant', type: 'text', required: true, unique: true },
    { name: 'sequence', type: 'number', required: true },
    { name: 'hash', type: 'text', required: true },
    { name: 'seal', type: 'text', required: true },
  ],
})
