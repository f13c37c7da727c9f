import type { CollectionConfig } from 'payload'
import type { Registry } from '../registry/index.ts'
import { createAgents } from './Agents/index.ts'
import { AiConfigs } from './AiConfigs/index.ts'
import { AlertSettings } from './AlertSettings/index.ts'
import { Alerts } from './Alerts/index.ts'
import { AllowedEndpoints } from './AllowedEndpoints/index.ts'
import { AuditHeads } from './AuditHeads/index.ts'
import { AuditLog } from './AuditLog/index.ts'
import { Calls } from './Calls/index.ts'
import { copyPlain } from './copy-plain.ts'
import { KeyUsage } from './KeyUsage/index.ts'
import { Leases } from './Leases/index.ts'
import { Media } from './Media/index.ts'
import { createPhoneNumbers } from './PhoneNumbers/index.ts'
import { ProviderKeys } from './ProviderKeys/index.ts'
import { Tenants } from './Tenants/index.ts'
import { Usage } from './Usage/index.ts'
import { createUsers } from './Users/index.ts'
import { vaultCollections } from './Vault/index.ts'

type CreateCollectionsOptions = {
  /** Whether browsers may send the session cookie over https alone. */
  hasSecureCookies: boolean
  /** The installed providers, from which agents and numbers choose. */
  registry: Registry
}

/**
 * Every collection, in the order of the admin panel's navigation. A fresh copy each time.
 * None locks documents while they are edited: the list of locks that Payload keeps knows no tenants.
 */
export const createCollections = ({ hasSecureCookies, registry }: CreateCollectionsOptions): CollectionConfig[] =>
  copyPlain([
    createAgents({ registry }),
    createPhoneNumbers({ registry }),
    ProviderKeys,
    Calls,
    Media,
    Usage,
    createUsers({ hasSecureCookies }),
    Tenants,
    AllowedEndpoints,
    Alerts,
    AuditLog,
    AuditHeads,
    AlertSettings,
    KeyUsage,
    Leases,
    AiConfigs,
    ...vaultCollections,
  ]).map((collection) => ({ ...collection, lockDocuments: false }))
