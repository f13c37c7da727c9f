import { resolveTenant } from '../../access/index.ts'
import { notFound } from '../../rest/api-error.ts'
import { defineEndpoint } from '../../rest/define-endpoint.ts'
import { isServiceId } from '../catalogue.ts'
import { checkService } from '../check-service.ts'

/** `GET /api/services/:id`: one service with what it still needs. */
export const getServiceEndpoint = defineEndpoint({
  path: '/services/:id',
  method: 'get',
  async handler(req) {
    const { id: tenant } = await resolveTenant(req)
    const service = String(req.routeParams?.id ?? '')
    if (!isServiceId(service)) throw notFound()
    return checkService({ payload: req.payload, tenant, service })
  },
})
