import { z } from 'zod'
import { changeAlertSettings } from '../../../alerts/alert-settings.ts'
import { changeWebhookUrl, findWebhookProblem } from '../../../alerts/change-webhook.ts'
import { ApiError } from '../../../rest/api-error.ts'
import { readBody } from '../../../rest/define-endpoint.ts'
import { defineSettingsEndpoint, toSettingsDoc } from '../define-settings-endpoint.ts'

const bodySchema = z.object({
  emailOwners: z.boolean().optional(),
  webhookUrl: z.string().trim().nullable().optional(),
})

/**
 * `PUT /api/alert-settings` `{emailOwners?, webhookUrl?}`: changes what is given and answers with all of it. A webhook at
 * another origin has no signing secret until one is made for it. 400 `invalid_destination` says what is wrong with an
 * address.
 */
export const changeSettings = defineSettingsEndpoint({
  path: '/',
  method: 'put',
  async handler({ req, tenant, audit }) {
    const { payload } = req
    const { emailOwners, webhookUrl } = await readBody(req, bodySchema)
    const url = webhookUrl === '' ? null : webhookUrl
    const problem = url ? findWebhookProblem({ payload, url }) : undefined
    if (problem) {
      throw new ApiError({
        status: 400,
        code: 'invalid_destination',
        message: problem,
        details: { fields: [{ field: 'webhookUrl', message: problem }] },
      })
    }
    if (emailOwners !== undefined) await changeAlertSettings({ payload, tenant, data: { emailOwners } })
    if (url !== undefined) await changeWebhookUrl({ payload, tenant, url: url && new URL(url).href })
    const fields = [...(emailOwners === undefined ? [] : ['emailOwners']), ...(url === undefined ? [] : ['webhookUrl'])]
    if (fields.length > 0) await audit(fields)
    return toSettingsDoc({ req, tenant })
  },
})
