import { defineEndpoint } from '../../../rest/define-endpoint.ts'
import { findKeyRecord } from '../../../vault/index.ts'
import { compositionOf } from '../../../composition.ts'
import { requireKeyReader } from '../access/require-role.ts'
import { noKey } from '../define-key-endpoint.ts'
import { findImpact } from '../find-impact.ts'
import { nameOfProvider, providerOf } from '../provider-of.ts'

/** `GET /api/user-api-keys/:provider/impact`: what stops when the key goes. For everybody who may see keys. */
export const getImpact = () =>
  defineEndpoint({
    path: '/user-api-keys/:provider/impact',
    method: 'get',
    async handler(req) {
      const { id: tenant } = await requireKeyReader(req)
      const { payload } = req
      const provider = providerOf(req)
      const record = await findKeyRecord({ payload, tenant, provider })
      if (!record) throw noKey(nameOfProvider(compositionOf(payload).registry, provider))
      return { provider, ...(await findImpact({ payload, tenant, provider })) }
    },
  })
