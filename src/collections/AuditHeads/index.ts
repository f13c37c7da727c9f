import type { CollectionConfig } from 'payload'
import { refuseChange } from '../AuditLog/hooks/refuse-change.ts'
import { refuseDeletion } from '../AuditLog/hooks/refuse-deletion.ts'
import { hiddenCollection } from '../hidden-collection.ts'
import { AUDIT_HEADS } from '../slugs.ts'

/** Where each workspace's audit log ends, sealed: what tells that its last entries were cut off. */
export const AuditHeads: CollectionConfig = {
  ...hiddenCollection({
    slug: AUDIT_HEADS,
    fields: [
      { name: 'tenant', type: 'text', required: true, unique: true },
      { name: 'sequence', type: 'number', required: true },
      { name: 'hash', type: 'text', required: true },
      { name: 'seal', type: 'text', required: true },
    ],
  }),
  hooks: { beforeChange: [refuseChange], beforeDelete: [refuseDeletion] },
}
