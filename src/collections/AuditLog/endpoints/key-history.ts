import { z } from 'zod'
import { findAuditPage } from '../../../audit/list-audit-rows.ts'
import { defineEndpoint } from '../../../rest/define-endpoint.ts'
import { readQuery } from '../read-query.ts'
import { requireReader } from '../require-reader.ts'

const query = z.object({
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  limit: z.coerce.number().int().min(1).max(100).default(20),
})

/** `GET /api/user-api-keys/:provider/history`: what happened to the workspace's key of a provider, the newest first. */
export const keyHistory = () =>
  defineEndpoint({
    path: '/user-api-keys/:provider/history',
    method: 'get',
    async handler(req) {
      const { id: tenant } = await requireReader(req)
      const { page, limit } = readQuery(req, query)
      const provider = String(req.routeParams?.provider ?? '')
      const found = await findAuditPage({ payload: req.payload, tenant, filter: { provider }, page, limit })
      return {
        docs: found.docs.map(({ id, at, action, result, actorName, version, purpose, details }) => ({
          id,
          at,
          action,
          result,
          actor: { name: actorName },
          ...(version === null ? {} : { version }),
          ...(purpose === null ? {} : { purpose }),
          details,
        })),
        totalDocs: found.totalDocs,
        page,
        totalPages: found.totalPages,
      }
    },
  })
