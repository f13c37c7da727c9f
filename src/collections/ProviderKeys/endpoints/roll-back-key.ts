import { resolveAlerts } from '../../../alerts/index.ts'
import { notFound } from '../../../rest/api-error.ts'
import { openFormerCredentials, replaceCredential } from '../../../vault/index.ts'
import { defineKeyEndpoint, keyRejected, toSavedVerdict } from '../define-key-endpoint.ts'
import type { KeyCheckLimiter } from '../define-key-endpoint.ts'
import { providerOf } from '../provider-of.ts'
import { requireStoredKey } from '../require-stored-key.ts'
import { rememberInEnvFile } from '../keep-env-file.ts'
import { readKeyDoc } from '../to-key-doc.ts'

/** `POST /api/user-api-keys/:provider/rollback`: the former key again, as a new version, while it is in grace and still good. */
export const rollBackKey = (limiter: KeyCheckLimiter) =>
  defineKeyEndpoint({
    path: '/user-api-keys/:provider/rollback',
    method: 'post',
    limiter,
    async handler({ req, tenant, registry, check, audit }) {
      const provider = providerOf(req)
      if (!registry.has(provider)) throw notFound()
      const manifest = registry.get(provider)
      const { payload } = req
      const record = await requireStoredKey({ payload, tenant, provider })
      const credentials = await openFormerCredentials({ payload, record })
      const verdict = await check(manifest, credentials)
      if (verdict.status === 'rejected') {
        await audit({ action: 'key.rolled-back', provider, key: record, result: 'refused', status: verdict.status })
        throw keyRejected(manifest, verdict)
      }
      const restored = await replaceCredential({
        payload,
        record,
        credentials,
        primaryCredential: manifest.primaryCredential,
        verdict: toSavedVerdict(verdict),
      })
      rememberInEnvFile({ payload, provider, credentials })
      await audit({ action: 'key.rolled-back', provider, key: restored, status: verdict.status })
      await resolveAlerts({ payload, tenant, credentialId: record.credentialId })
      return { doc: await readKeyDoc({ payload, record: restored }), check: verdict }
    },
  })
