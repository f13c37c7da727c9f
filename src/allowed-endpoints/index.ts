export { createAllowedEndpoints } from './create-allowed-endpoints.ts'
export type { AllowedEndpoints } from './create-allowed-endpoints.ts'
export { allowListAgeOf, bindAllowedEndpoints, readAllowedEndpoints } from './bind-allowed-endpoints.ts'
