import type { Endpoint } from 'payload'
import { createKeyEndpoints } from '../collections/ProviderKeys/endpoints/index.ts'
import { serviceEndpoints } from '../services/index.ts'
import { createMembersEndpoints, createSignup } from '../auth/index.ts'

/** Endpoints of our own under `/api`, beside Payload's generated REST. Fresh ones each time: some keep state. */
export const createEndpoints = (): Endpoint[] => [
  createSignup(),
  ...createMembersEndpoints(),
  ...createKeyEndpoints(),
  ...serviceEndpoints,
]
