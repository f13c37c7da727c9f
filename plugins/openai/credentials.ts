import { z } from 'zod'
import type { CredentialFieldMeta } from '../../src/provider-kit/index.ts'

/** What a tenant enters for OpenAI. Key shapes are not enforced: they changed three times. */
export const openAiCredentials = z.object({
  apiKey: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{1,400}$/, 'An OpenAI API key is one word without blanks; it starts with sk-.')
    .meta({
      title: 'API key',
      description: 'A project key from the OpenAI platform → API keys. Admin keys (sk-admin-…) cannot be used.',
      placeholder: 'sk-proj-…',
      secret: true,
    } satisfies CredentialFieldMeta),
})

export type OpenAiCredentials = z.infer<typeof openAiCredentials>
