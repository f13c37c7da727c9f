import { z } from 'zod'
import { changeAlertSettings, readAlertSettings } from '../../../alerts/alert-settings.ts'
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
  path: '/alert-settings',
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
    const former = await readAlertSettings({ payload, tenant })
    const changed: string[] = []
    if (emailOwners !== undefined && emailOwners !== former.emailOwners) {
      await changeAlertSettings({ payload, tenant, data: { emailOwners } })
      changed.push('emailOwners')
    }
    const href = url ? new URL(url).href : url
    if (href !== undefined && href !== (former.webhookUrl ?? null)) {
      await changeWebhookUrl({ payload, tenant, url: href })
      changed.push('webhookUrl')
    }
    if (changed.length > 0) await audit(changed)
    return toSettingsDoc({ req, tenant })
  },
})
