import { readBody } from '../../../rest/define-endpoint.ts'
import { notFound } from '../../../rest/api-error.ts'
import { defineKeyEndpoint } from '../define-key-endpoint.ts'
import type { KeyCheckLimiter } from '../define-key-endpoint.ts'
import { providerOf } from '../provider-of.ts'
import { readCredentials, replaceKeyBody } from '../read-credentials.ts'
import { requireAllowedAddress } from '../require-allowed-address.ts'
import { replaceGivenKey } from '../save-key.ts'
import { requireStoredKey } from '../require-stored-key.ts'
import { readKeyDoc } from '../to-key-doc.ts'

/** `PUT /api/user-api-keys/:provider`: tests a key, then puts it in the place of the stored one, which stays for a while. */
export const replaceKey = (limiter: KeyCheckLimiter) =>
  defineKeyEndpoint({
    path: '/user-api-keys/:provider',
    method: 'put',
    limiter,
    async handler(request) {
      const { req, tenant, registry } = request
      const provider = providerOf(req)
      if (!registry.has(provider)) throw notFound()
      const manifest = registry.get(provider)
      const body = await readBody(req, replaceKeyBody)
      const { credentials, notes } = readCredentials({ manifest, given: body })
      await requireAllowedAddress({ registry, manifest, credentials })
      const current = await requireStoredKey({ payload: req.payload, tenant, provider })
      const { defaults, expiresAt } = body
      const given = { request, manifest, credentials, defaults, expiresAt }
      const { record, verdict } = await replaceGivenKey({ ...given, record: current })
      const doc = await readKeyDoc({ payload: req.payload, record })
      return { doc, check: verdict, ...(notes.length > 0 ? { notes } : {}) }
    },
  })
