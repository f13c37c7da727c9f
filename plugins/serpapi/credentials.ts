import { z } from 'zod'
import type { CredentialFieldMeta } from '../../src/provider-kit/index.ts'

/** What a tenant enters for SerpAPI. The key's length is not documented, so its shape is not enforced. */
export const serpApiCredentials = z.object({
  apiKey: z
    .string()
    .trim()
    .regex(
      /^[\x21-\x7e]{1,400}$/,
      'A SerpAPI key is one word without blanks; it is usually 64 letters and digits long.',
    )
    .meta({
      title: 'API key',
      description: 'From serpapi.com → Dashboard → API key. Usually 64 digits and letters from a to f.',
      placeholder: '64 digits and letters',
      secret: true,
    } satisfies CredentialFieldMeta),
})

export type SerpApiCredentials = z.infer<typeof serpApiCredentials>
