import { defineEndpoint } from '../../../rest/define-endpoint.ts'
import { compositionOf } from '../../../composition.ts'
import { listUsableKeys } from '../../../vault/index.ts'
import { requireKeyReader } from '../access/require-role.ts'
import { toKeyDocs } from '../to-key-doc.ts'

/** `GET /api/user-api-keys`: the workspace's keys and how they are; never a secret. */
export const listKeys = () =>
  defineEndpoint({
    path: '/user-api-keys',
    method: 'get',
    async handler(req) {
      const { id: tenant } = await requireKeyReader(req)
      const records = await listUsableKeys({ payload: req.payload, tenant })
      const { keySource } = compositionOf(req.payload).environment
      return { docs: await toKeyDocs({ payload: req.payload, tenant, records }), keySource }
    },
  })
