import { ApiError } from '../../../rest/api-error.ts'
import { destroyCredential, findKeyRecord } from '../../../vault/index.ts'
import { defineKeyEndpoint, noKey } from '../define-key-endpoint.ts'
import { findDependents } from '../find-dependents.ts'

/** `DELETE /api/user-api-keys/:provider`: refuses while something needs the key, unless `?confirm=true`. */
export const deleteKey = () =>
  defineKeyEndpoint({
    path: '/user-api-keys/:provider',
    method: 'delete',
    async handler({ req, tenant, registry, audit }) {
      const provider = String(req.routeParams?.provider ?? '')
      // A key outlives its plugin: it can be deleted when nobody offers the provider any more.
      const name = registry.has(provider) ? registry.get(provider).name : provider.slice(0, 50)
      const { payload } = req
      const record = await findKeyRecord({ payload, tenant, provider })
      if (!record) throw noKey(name)
      if (req.searchParams.get('confirm') !== 'true') {
        const { agents, services } = await findDependents({ payload, tenant, provider })
        if (agents.length > 0 || services.length > 0) throw keyInUse({ name, agents, services })
      }
      await destroyCredential({ payload, record })
      await audit({ action: 'key.deleted', provider, version: record.version })
      return { deleted: true, provider }
    },
  })

type KeyInUseOptions = { name: string } & Awaited<ReturnType<typeof findDependents>>

const keyInUse = ({ name, agents, services }: KeyInUseOptions) =>
  new ApiError({
    status: 409,
    code: 'key_in_use',
    message:
      `Without the ${name} key these stop: ${[...agents, ...services].map((dependent) => dependent.name).join(', ')}. ` +
      'Add ?confirm=true to delete it all the same.',
    details: { agents, services },
  })
