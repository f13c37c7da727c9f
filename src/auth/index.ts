export { createAccount } from './create-account.ts'
export { ensureFirstAdmin } from './ensure-first-admin.ts'
export { createMembersEndpoints } from './members/create-members-endpoints.ts'
export { createSignup } from './signup.ts'
