import { z } from 'zod'
import type { CredentialFieldMeta } from '../../src/provider-kit/index.ts'

/** What a tenant enters for Anthropic. The key's length is not enforced: Anthropic does not document it. */
export const anthropicCredentials = z.object({
  apiKey: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{1,400}$/, 'An Anthropic API key is one word without blanks; it starts with sk-ant-.')
    .meta({
      title: 'API key',
      description:
        'From the Claude Console → API keys → Create key. Admin keys (sk-ant-admin…) and subscription tokens (sk-ant-oat…) cannot be used.',
      placeholder: 'sk-ant-api03-…',
      secret: true,
    } satisfies CredentialFieldMeta),
})

export type AnthropicCredentials = z.infer<typeof anthropicCredentials>
