import type { CollectionConfig } from 'payload'
import { TENANTS } from '../slugs.ts'

export const Tenants: CollectionConfig = {
  slug: TENANTS,
  admin: { useAsTitle: 'name', group: 'People' },
  fields: [
    { name: 'name', type: 'text', required: true },
    { name: 'slug', type: 'text', required: true, unique: true, index: true },
  ],
}
