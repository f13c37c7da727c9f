import { readBody } from '../../../rest/define-endpoint.ts'
import { notFound } from '../../../rest/api-error.ts'
import { findKeyRecord, replaceCredential } from '../../../vault/index.ts'
import { defineKeyEndpoint, keyRejected, noKey, toSavedVerdict } from '../define-key-endpoint.ts'
import type { KeyCheckLimiter } from '../define-key-endpoint.ts'
import { readCredentials, replaceKeyBody } from '../read-credentials.ts'
import { providerOf } from '../provider-of.ts'
import { readKeyDoc } from '../to-key-doc.ts'

/** `PUT /api/user-api-keys/:provider`: tests a key, then puts it in the place of the stored one, which stays for a while. */
export const replaceKey = (limiter: KeyCheckLimiter) =>
  defineKeyEndpoint({
    path: '/user-api-keys/:provider',
    method: 'put',
    limiter,
    async handler({ req, tenant, registry, check, audit }) {
      const provider = providerOf(req)
      if (!registry.has(provider)) throw notFound()
      const manifest = registry.get(provider)
      const body = await readBody(req, replaceKeyBody)
      const { credentials, notes } = readCredentials({ manifest, given: body })
      const record = await findKeyRecord({ payload: req.payload, tenant, provider })
      if (!record) throw noKey(manifest.name)
      const verdict = await check(manifest, credentials)
      if (verdict.status === 'rejected') {
        await audit({ action: 'key.replaced', provider, result: 'refused' })
        throw keyRejected(manifest, verdict)
      }
      const replaced = await replaceCredential({
        payload: req.payload,
        record,
        credentials,
        primaryCredential: manifest.primaryCredential,
        verdict: toSavedVerdict(verdict),
        defaults: body.defaults,
        ownerExpiresAt: body.expiresAt,
      })
      await audit({ action: 'key.replaced', provider, version: replaced.version })
      return {
        doc: await readKeyDoc({ payload: req.payload, record: replaced }),
        check: verdict,
        ...(notes.length > 0 ? { notes } : {}),
      }
    },
  })
