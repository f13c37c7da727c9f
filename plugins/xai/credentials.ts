import { z } from 'zod'
import type { CredentialFieldMeta } from '../../src/provider-kit/index.ts'

/** What a tenant enters for xAI. The key's length is not enforced: xAI does not document it. */
export const xaiCredentials = z.object({
  apiKey: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{1,400}$/, 'An xAI API key is one word without blanks; it starts with xai-.')
    .meta({
      title: 'API key',
      description:
        'From console.x.ai → API Keys → Create API key. Give it the chat endpoint and the models that your agents use; the team needs credits.',
      placeholder: 'xai-…',
      secret: true,
    } satisfies CredentialFieldMeta),
})

export type XaiCredentials = z.infer<typeof xaiCredentials>
