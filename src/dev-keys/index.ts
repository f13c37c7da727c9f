export { createEnvironmentKeys } from './create-environment-keys.ts'
export type { EnvironmentKeys } from './create-environment-keys.ts'
export { noticeDevKeys } from './notice-dev-keys.ts'
export { variablesOf } from './variables-of.ts'
