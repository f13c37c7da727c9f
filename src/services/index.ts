import type { Endpoint } from 'payload'
import { getServiceEndpoint } from './endpoints/get-service.ts'
import { listProvidersEndpoint } from './endpoints/list-providers.ts'
import { listServicesEndpoint } from './endpoints/list-services.ts'

export {
  SERVICES,
  SERVICE_IDS,
  SETUP_URL,
  candidatesFor,
  isServiceId,
  listServices,
  servicesThatNeed,
} from './catalogue.ts'
export type { Requirement, Service, ServiceId } from './catalogue.ts'
export { checkService, stateOfService } from './check-service.ts'
export type { BlockedKey, ServiceNeed, ServiceState } from './check-service.ts'
export { guardCall } from './guard-call.ts'
export type { CallGuard } from './guard-call.ts'
export type { BlockedReason } from './key-usability.ts'
export { missingKeysError, missingKeysOf, requireService } from './missing-keys-error.ts'

export const serviceEndpoints: readonly Endpoint[] = [listProvidersEndpoint, listServicesEndpoint, getServiceEndpoint]
