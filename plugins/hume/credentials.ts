import { z } from 'zod'
import type { CredentialFieldMeta } from '../../src/provider-kit/index.ts'

/** What a tenant enters for Hume. The form of its keys is not documented. */
export const humeCredentials = z.object({
  apiKey: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{1,200}$/, 'A Hume API key is one word without blanks.')
    .meta({
      title: 'API key',
      description: 'Hume → Settings → API keys. The API key, not the secret key.',
      secret: true,
    } satisfies CredentialFieldMeta),
})

export type HumeCredentials = z.infer<typeof humeCredentials>
