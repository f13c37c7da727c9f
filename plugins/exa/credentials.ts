import { z } from 'zod'
import type { CredentialFieldMeta } from '../../src/provider-kit/index.ts'

/** What a tenant enters for Exa. The key's shape is not documented, so it is not enforced. */
export const exaCredentials = z.object({
  apiKey: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{1,400}$/, 'An Exa API key is one word without blanks.')
    .meta({
      title: 'API key',
      description:
        'From dashboard.exa.ai → API keys. Not a service key, which manages teams. Testing a good key costs about $0.004: only a search tells whether there is credit.',
      placeholder: '8 digits and letters, then -…',
      secret: true,
    } satisfies CredentialFieldMeta),
})

export type ExaCredentials = z.infer<typeof exaCredentials>
