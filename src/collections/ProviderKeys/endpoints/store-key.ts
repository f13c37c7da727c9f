import { json, readBody } from '../../../rest/define-endpoint.ts'
import { VaultError, findKeyRecord, storeCredential } from '../../../vault/index.ts'
import { defineKeyEndpoint, keyRejected, manifestOf, toSavedVerdict } from '../define-key-endpoint.ts'
import type { KeyCheckLimiter } from '../define-key-endpoint.ts'
import { readCredentials, storeKeyBody } from '../read-credentials.ts'
import { readKeyDoc } from '../to-key-doc.ts'

/** `POST /api/user-api-keys/store`: tests a key, then saves it. A key that the provider refuses is not saved. */
export const storeKey = (limiter: KeyCheckLimiter) =>
  defineKeyEndpoint({
    path: '/user-api-keys/store',
    method: 'post',
    limiter,
    async handler({ req, tenant, registry, check, audit }) {
      const body = await readBody(req, storeKeyBody)
      const manifest = manifestOf(registry, body.provider)
      const { credentials, notes } = readCredentials({ manifest, given: body })
      const { payload } = req
      if (await findKeyRecord({ payload, tenant, provider: manifest.id })) {
        throw new VaultError({ code: 'exists', message: 'There is one already.' })
      }
      const verdict = await check(manifest, credentials)
      if (verdict.status === 'rejected') {
        await audit({ action: 'key.stored', provider: manifest.id, result: 'refused' })
        throw keyRejected(manifest, verdict)
      }
      const record = await storeCredential({
        payload,
        tenant,
        provider: manifest.id,
        credentials,
        primaryCredential: manifest.primaryCredential,
        verdict: toSavedVerdict(verdict),
        defaults: body.defaults,
        ownerExpiresAt: body.expiresAt,
      })
      await audit({ action: 'key.stored', provider: manifest.id, version: record.version })
      return json(201, {
        doc: await readKeyDoc({ payload, record: record }),
        check: verdict,
        ...(notes.length > 0 ? { notes } : {}),
      })
    },
  })
