import { defineSettingsEndpoint, toSettingsDoc } from '../define-settings-endpoint.ts'

/** `GET /api/alert-settings`: where the workspace's alerts go; never the signing secret. */
export const readSettings = defineSettingsEndpoint({ path: '/alert-settings', method: 'get', handler: toSettingsDoc })
