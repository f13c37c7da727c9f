import { resolveTenant } from '../../access/index.ts'
import { compositionOf } from '../../composition.ts'
import { defineEndpoint } from '../../rest/define-endpoint.ts'
import { listUsableKeys } from '../../vault/index.ts'
import { SERVICE_IDS } from '../catalogue.ts'
import { stateOfService } from '../check-service.ts'

/** `GET /api/services`: every service with what it still needs. For every member of the workspace. */
export const listServicesEndpoint = defineEndpoint({
  path: '/services',
  method: 'get',
  async handler(req) {
    const { id: tenant } = await resolveTenant(req)
    const { registry } = compositionOf(req.payload)
    const keys = await listUsableKeys({ payload: req.payload, tenant })
    return { docs: SERVICE_IDS.map((service) => stateOfService({ registry, service, keys })) }
  },
})
