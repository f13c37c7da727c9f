import type { CollectionBeforeOperationHook, PayloadRequest } from 'payload'
import { idOf } from '../../../access/index.ts'
import type { DocumentId } from '../../../access/index.ts'
import { tenantOfRequest } from '../../../access/tenant-of-request.ts'
import { findDefaultAiConfig } from '../../../ai-config/ai-configs.ts'
import type { AiConfig } from '../../../ai-config/ai-configs.ts'
import type { Registry } from '../../../registry/index.ts'

type Given = { provider?: unknown; model?: unknown; temperature?: unknown; maxTokens?: unknown }

/**
 * Gives a new agent that names no language model its workspace's default. One that names a provider gets nothing of
 * the default: its model may be another provider's.
 */
export const createTakeDefaultModel =
  ({ registry }: { registry: Registry }): CollectionBeforeOperationHook =>
  async ({ args, operation, req }) => {
    if (operation !== 'create' || !('data' in args) || 'duplicateFromID' in args) return args
    const { data } = args
    const given: Given = data.llm ?? {}
    const tenant = idOf(data.tenant) ?? (await tenantIdOf(req))
    const chosen = given.provider === undefined ? await defaultOf({ req, tenant, registry }) : undefined
    const llm = {
      provider: chosen?.provider ?? registry.withCapability('llm')[0]?.id,
      model: chosen?.modelName ?? null,
      temperature: chosen?.temperature ?? null,
      maxTokens: chosen?.maxTokens ?? null,
    }
    const named = Object.entries(given).filter(([, value]) => value !== undefined)
    return { ...args, data: { ...data, llm: { ...llm, ...Object.fromEntries(named) } } }
  }

/** The same for the form of a new agent: what its fields show before anybody has typed. */
export const showDefaultModel =
  ({ registry, field }: { registry: Registry; field: Exclude<keyof AiConfig, 'isDefault'> }) =>
  async ({ req }: { req: PayloadRequest }) => {
    const chosen = await defaultOf({ req, tenant: await tenantIdOf(req), registry })
    const fallback = field === 'provider' ? registry.withCapability('llm')[0]?.id : undefined
    return chosen?.[field] ?? fallback
  }

async function tenantIdOf(req: PayloadRequest): Promise<DocumentId | undefined> {
  const tenant = await tenantOfRequest(req)
  return typeof tenant === 'object' ? tenant.id : undefined
}

type DefaultOptions = { req: PayloadRequest; tenant: DocumentId | undefined; registry: Registry }

/** Nothing where its provider is no longer installed. */
async function defaultOf({ req, tenant, registry }: DefaultOptions): Promise<AiConfig | undefined> {
  if (tenant === undefined) return undefined
  const chosen = await findDefaultAiConfig({ payload: req.payload, tenant })
  return registry.withCapability('llm').some(({ id }) => id === chosen?.provider) ? chosen : undefined
}
