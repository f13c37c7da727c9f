import type { CollectionConfig } from 'payload'
import { copyPlain } from './copy-plain.ts'
import { Tenants } from './Tenants/index.ts'
import { Users } from './Users/index.ts'

/** Every collection, in the order of the admin panel's navigation. A fresh copy each time. */
export const createCollections = (): CollectionConfig[] => copyPlain([Users, Tenants])
