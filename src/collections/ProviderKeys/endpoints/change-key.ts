import { readBody } from '../../../rest/define-endpoint.ts'
import { updateKeyRecord } from '../../../vault/index.ts'
import { defineKeyEndpoint, noKey } from '../define-key-endpoint.ts'
import { changeKeyBody } from '../read-credentials.ts'
import { nameOfProvider, providerOf } from '../provider-of.ts'
import { requireStoredKey } from '../require-stored-key.ts'
import { readKeyDoc } from '../to-key-doc.ts'

/**
 * `PATCH /api/user-api-keys/:provider`: changes what is noted beside a key, never the key and never its account: those
 * are replaced as a whole, with PUT.
 */
export const changeKey = () =>
  defineKeyEndpoint({
    path: '/user-api-keys/:provider',
    method: 'patch',
    async handler({ req, tenant, registry, audit }) {
      const provider = providerOf(req)
      const { payload } = req
      const { expiresAt, defaults } = await readBody(req, changeKeyBody)
      const record = await requireStoredKey({ payload, tenant, provider })
      const noted = {
        ...(expiresAt === undefined ? {} : { ownerExpiresAt: expiresAt }),
        ...(defaults === undefined ? {} : { defaults }),
      }
      const changed = await updateKeyRecord({ payload, record, data: noted })
      if (!changed) throw noKey(nameOfProvider(registry, provider))
      await audit({ action: 'key.changed', provider, key: changed, fields: Object.keys(noted) })
      return { doc: await readKeyDoc({ payload, record: changed }) }
    },
  })
