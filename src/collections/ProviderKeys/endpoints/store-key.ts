import { json, readBody } from '../../../rest/define-endpoint.ts'
import { defineKeyEndpoint, manifestOf } from '../define-key-endpoint.ts'
import type { KeyCheckLimiter } from '../define-key-endpoint.ts'
import { readCredentials, storeKeyBody } from '../read-credentials.ts'
import { requireAllowedAddress } from '../require-allowed-address.ts'
import { storeGivenKey } from '../save-key.ts'
import { readKeyDoc } from '../to-key-doc.ts'

/** `POST /api/user-api-keys/store`: tests a key, then saves it. A key that the provider refuses is not saved. */
export const storeKey = (limiter: KeyCheckLimiter) =>
  defineKeyEndpoint({
    path: '/user-api-keys/store',
    method: 'post',
    limiter,
    async handler(request) {
      const { req, registry } = request
      const body = await readBody(req, storeKeyBody)
      const manifest = manifestOf(registry, body.provider)
      const { credentials, notes } = readCredentials({ manifest, given: body })
      await requireAllowedAddress({ registry, manifest, credentials })
      const { defaults, expiresAt } = body
      const { record, verdict } = await storeGivenKey({ request, manifest, credentials, defaults, expiresAt })
      const doc = await readKeyDoc({ payload: req.payload, record })
      return json(201, { doc, check: verdict, ...(notes.length > 0 ? { notes } : {}) })
    },
  })
