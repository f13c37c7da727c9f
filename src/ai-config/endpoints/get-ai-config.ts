import { resolveTenant } from '../../access/index.ts'
import { defineEndpoint } from '../../rest/define-endpoint.ts'
import { listAiConfigs } from '../ai-configs.ts'
import type { AiConfig } from '../ai-configs.ts'

/** Where nobody chose anything yet. */
const NOTHING = { provider: null, modelName: null, temperature: null, maxTokens: null, isDefault: false }

/** `GET /api/ai-config`: the workspace's default model, and under `configs` what it chose for each provider. For members. */
export const getAiConfig = defineEndpoint({
  path: '/ai-config',
  method: 'get',
  async handler(req) {
    const { id: tenant } = await resolveTenant(req)
    const configs = await listAiConfigs({ payload: req.payload, tenant })
    return { ...(configs.find(({ isDefault }: AiConfig) => isDefault) ?? NOTHING), configs }
  },
})
