import type { Payload } from 'payload'
import type { DocumentId } from '../../access/index.ts'
import { compositionOf } from '../../composition.ts'
import { ApiError } from '../../rest/api-error.ts'
import { findUsableKey, isEnvironmentKey } from '../../vault/index.ts'
import type { KeyRecord } from '../../vault/index.ts'
import { noKey } from './define-key-endpoint.ts'
import { nameOfProvider } from './provider-of.ts'

/**
 * The key of a provider that the workspace itself stored.
 * @throws ApiError 404 where it has none; 409 `key_from_environment` where a variable of the server fills in
 */
export async function requireStoredKey(options: {
  payload: Payload
  tenant: DocumentId
  provider: string
}): Promise<KeyRecord> {
  const record = await findUsableKey(options)
  const name = nameOfProvider(compositionOf(options.payload).registry, options.provider)
  if (!record) throw noKey(name)
  if (!isEnvironmentKey(record)) return record
  throw new ApiError({
    status: 409,
    code: 'key_from_environment',
    message: `The ${name} key comes from the environment of the server: change it there, or store one here, which then counts.`,
  })
}
