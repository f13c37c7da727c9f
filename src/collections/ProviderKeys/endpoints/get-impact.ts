import { defineEndpoint } from '../../../rest/define-endpoint.ts'
import { requireKeyReader } from '../access/require-role.ts'
import { findImpact } from '../find-impact.ts'
import { providerOf } from '../provider-of.ts'
import { requireStoredKey } from '../require-stored-key.ts'

/** `GET /api/user-api-keys/:provider/impact`: what stops when the key goes. For everybody who may see keys. */
export const getImpact = () =>
  defineEndpoint({
    path: '/user-api-keys/:provider/impact',
    method: 'get',
    async handler(req) {
      const { id: tenant } = await requireKeyReader(req)
      const { payload } = req
      const provider = providerOf(req)
      await requireStoredKey({ payload, tenant, provider })
      return { provider, ...(await findImpact({ payload, tenant, provider })) }
    },
  })
