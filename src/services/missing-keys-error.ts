import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import { ApiError } from '../rest/api-error.ts'
import { checkService } from './check-service.ts'
import type { BlockedKey, ServiceState } from './check-service.ts'
import { SETUP_URL } from './catalogue.ts'
import type { ServiceId } from './catalogue.ts'

type MissingKeysOptions = {
  service: ServiceId
  missingProviders: readonly string[]
  blocked?: readonly BlockedKey[]
  message: string
}

/** The 409 `missing_keys` by which a service without its keys answers, before anything is begun. */
export const missingKeysError = ({ service, missingProviders, blocked = [], message }: MissingKeysOptions): ApiError =>
  new ApiError({
    status: 409,
    code: 'missing_keys',
    message,
    details: { service, missingProviders, blocked, setupUrl: SETUP_URL },
  })

type RequireOptions = { payload: Payload; tenant: DocumentId; service: ServiceId }

/** The guard of a service's endpoints: to be asked before anything is begun. @throws ApiError 409 `missing_keys` */
export async function requireService(options: RequireOptions): Promise<ServiceState> {
  const state = await checkService(options)
  if (!state.ready) throw missingKeysOf(state)
  return state
}

/** The same, from the state of a service. */
export function missingKeysOf({ id, name, missing, blocked }: ServiceState): ApiError {
  const missingProviders = [
    ...new Set([...missing.flatMap(({ anyOf }) => anyOf), ...blocked.map(({ provider }) => provider)]),
  ]
  const message = `${name} needs keys that are missing or do not work: ${missingProviders.join(', ')}. Enter them under API keys.`
  return missingKeysError({ service: id, missingProviders, blocked, message })
}
