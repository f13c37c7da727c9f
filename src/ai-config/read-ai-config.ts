import { z } from 'zod'
import type { ProviderManifest } from '../provider-kit/index.ts'
import type { Registry } from '../registry/index.ts'
import { ApiError } from '../rest/api-error.ts'

/** As many as an agent may ask for. */
const MAX_TOKENS = 100_000

/** Providers bring out models faster than this product is updated: any name may be the name of one. */
const modelName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'has characters that no model has')

export const aiConfigBody = z.strictObject({
  provider: z.string(),
  modelName: modelName.nullable().optional(),
  temperature: z.number().min(0).max(2).nullable().optional(),
  maxTokens: z.int().min(1).max(MAX_TOKENS).nullable().optional(),
  isDefault: z.boolean().optional(),
  apiKey: z.string().optional(),
  credentials: z.record(z.string(), z.unknown()).optional(),
})

/** The provider of a body. @throws ApiError 400 `unknown_provider` where no language model can be had of it */
export function llmProviderOf({ registry, provider }: { registry: Registry; provider: string }): ProviderManifest {
  const able = registry.withCapability('llm')
  const manifest = able.find(({ id }) => id === provider)
  if (manifest) return manifest
  const known = able.map(({ id }) => id)
  throw new ApiError({
    status: 400,
    code: 'unknown_provider',
    message: `There is no such provider of language models. Known are: ${known.join(', ')}.`,
    details: { providers: known },
  })
}
