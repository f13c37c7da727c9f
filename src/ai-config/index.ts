import type { Endpoint } from 'payload'
import type { KeyCheckLimiter } from '../collections/ProviderKeys/define-key-endpoint.ts'
import { getAiConfig } from './endpoints/get-ai-config.ts'
import { saveAiConfigEndpoint } from './endpoints/save-ai-config.ts'

export { findDefaultAiConfig } from './ai-configs.ts'
export type { AiConfig, ModelChoice } from './ai-configs.ts'

/** `/api/ai-config`; a key that comes with a model counts as a check of a key like any other. */
export const createAiConfigEndpoints = (limiter: KeyCheckLimiter): Endpoint[] => [
  getAiConfig,
  saveAiConfigEndpoint(limiter),
]
