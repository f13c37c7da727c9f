import { hiddenCollection } from '../hidden-collection.ts'
import { ALERT_SETTINGS } from '../slugs.ts'

/** Where a workspace's alerts go beside the console. The secret that signs its webhook lies in the vault. */
export const AlertSettings = hiddenCollection({
  slug: ALERT_SETTINGS,
  fields: [
    { name: 'tenant', type: 'text', required: true, unique: true },
    { name: 'emailOwners', type: 'checkbox', defaultValue: true },
    { name: 'webhookUrl', type: 'text' },
    { name: 'webhookSecretVersion', type: 'number' },
    { name: 'webhookFailingSince', type: 'date' },
    { name: 'webhookDisabledAt', type: 'date' },
    { name: 'emailNotBefore', type: 'date' },
  ],
})
