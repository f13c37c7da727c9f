import type { CollectionConfig } from 'payload'
import { hiddenCollection } from '../hidden-collection.ts'
import { ALERT_SETTINGS } from '../slugs.ts'
import { changeSettings } from './endpoints/change-settings.ts'
import { makeSecret } from './endpoints/make-secret.ts'
import { readSettings } from './endpoints/read-settings.ts'
import { createSendTest } from './endpoints/send-test.ts'

/**
 * Where a workspace's alerts go beside the console. The secret that signs its webhook lies in the vault. Its rows are
 * reached through endpoints of their own alone; fresh ones each time, for one of them counts.
 */
export const createAlertSettings = (): CollectionConfig => ({
  ...hiddenCollection({
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
  }),
  endpoints: [readSettings, changeSettings, makeSecret, createSendTest()],
})
