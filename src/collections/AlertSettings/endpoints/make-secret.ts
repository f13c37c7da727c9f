import { replaceWebhookSecret } from '../../../alerts/change-webhook.ts'
import { json } from '../../../rest/define-endpoint.ts'
import { defineSettingsEndpoint } from '../define-settings-endpoint.ts'

/**
 * `POST /api/alert-settings/secret`: makes the secret that signs the webhook and shows it this once:
 * 201 `{secret, formerValidUntil}`. A former one signs beside it until then.
 */
export const makeSecret = defineSettingsEndpoint({
  path: '/alert-settings/secret',
  method: 'post',
  async handler({ req: { payload }, tenant, audit }) {
    const made = await replaceWebhookSecret({ payload, tenant })
    await audit(['webhookSecret'])
    return json(201, made)
  },
})
