import type { Endpoint } from 'payload'
import { createAiConfigEndpoints } from '../ai-config/index.ts'
import { createAlertSettingsEndpoints } from '../collections/AlertSettings/endpoints/index.ts'
import { keyHistory } from '../collections/AuditLog/endpoints/key-history.ts'
import { createKeyCheckLimiter } from '../collections/ProviderKeys/define-key-endpoint.ts'
import { createKeyEndpoints } from '../collections/ProviderKeys/endpoints/index.ts'
import { getKeyUsage } from '../key-health/endpoints/get-key-usage.ts'
import { createChoiceEndpoints } from '../services/ai-calling/index.ts'
import { serviceEndpoints } from '../services/index.ts'
import { createMembersEndpoints, createSignup } from '../auth/index.ts'

/** Endpoints of our own under `/api`, beside Payload's generated REST. Fresh ones each time: some keep state. */
export function createEndpoints(): Endpoint[] {
  const keyChecks = createKeyCheckLimiter()
  return [
    createSignup(),
    ...createMembersEndpoints(),
    ...createKeyEndpoints(keyChecks),
    keyHistory(),
    getKeyUsage(),
    ...createAiConfigEndpoints(keyChecks),
    ...createAlertSettingsEndpoints(),
    ...serviceEndpoints,
    ...createChoiceEndpoints(),
  ]
}
