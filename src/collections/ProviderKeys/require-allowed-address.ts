import type { ProviderManifest } from '../../provider-kit/index.ts'
import type { Registry } from '../../registry/index.ts'
import { ApiError } from '../../rest/api-error.ts'
import type { Credentials } from '../../vault/index.ts'

type Options = { registry: Registry; manifest: ProviderManifest; credentials: Credentials }

/**
 * Refuses credentials that name a server which no platform admin allowed, before anything is sent there or saved.
 * @throws ApiError 422 `endpoint_not_allowed`
 */
export async function requireAllowedAddress({ registry, manifest, credentials }: Options): Promise<void> {
  const message = await registry.findAddressProblem(manifest.id, credentials)
  if (message === undefined) return
  throw new ApiError({
    status: 422,
    code: 'endpoint_not_allowed',
    message,
    details: { fields: [{ field: `credentials.${manifest.addressCredential}`, message }] },
  })
}
