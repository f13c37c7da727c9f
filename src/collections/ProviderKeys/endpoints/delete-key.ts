import { resolveAlerts } from '../../../alerts/index.ts'
import { ApiError } from '../../../rest/api-error.ts'
import { destroyCredential } from '../../../vault/index.ts'
import { defineKeyEndpoint } from '../define-key-endpoint.ts'
import { findImpact, hasImpact } from '../find-impact.ts'
import type { KeyImpact } from '../find-impact.ts'
import { forgetInEnvFile } from '../keep-env-file.ts'
import { nameOfProvider, providerOf } from '../provider-of.ts'
import { requireStoredKey } from '../require-stored-key.ts'

/** `DELETE /api/user-api-keys/:provider`: refuses while something needs the key, unless `?confirm=true`; says what it stopped. */
export const deleteKey = () =>
  defineKeyEndpoint({
    path: '/user-api-keys/:provider',
    method: 'delete',
    async handler({ req, tenant, registry, audit }) {
      const provider = providerOf(req)
      const name = nameOfProvider(registry, provider)
      const { payload } = req
      const record = await requireStoredKey({ payload, tenant, provider })
      const stopped = await findImpact({ payload, tenant, provider })
      if (req.searchParams.get('confirm') !== 'true' && hasImpact(stopped)) throw keyInUse({ name, impact: stopped })
      await destroyCredential({ payload, record })
      forgetInEnvFile({ payload, provider })
      await audit({ action: 'key.deleted', provider, key: record })
      await resolveAlerts({ payload, tenant, credentialId: record.credentialId })
      return { deleted: true, provider, stopped }
    },
  })

const keyInUse = ({ name, impact }: { name: string; impact: KeyImpact }) => {
  const { agents, numbers, services, liveCalls } = impact
  const names = [...agents, ...services].map((dependent) => dependent.name)
  const stopping = [...names, ...numbers.map(({ number }) => number)].join(', ')
  const running = liveCalls === 1 ? '1 call is running on it' : `${liveCalls} calls are running on it`
  return new ApiError({
    status: 409,
    code: 'key_in_use',
    message: [
      ...(stopping ? [`Without the ${name} key these stop: ${stopping}.`] : []),
      ...(liveCalls > 0 ? [`${running}.`] : []),
      'Add ?confirm=true to delete it all the same.',
    ].join(' '),
    details: impact,
  })
}
