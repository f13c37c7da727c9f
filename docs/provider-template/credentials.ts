import { z } from 'zod'
import type { CredentialFieldMeta } from '../../src/provider-kit/index.ts'

/** What a tenant enters for Acme. Only what no header can carry is refused: the form of keys changes. */
export const acmeCredentials = z.object({
  apiKey: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{1,200}$/, 'An Acme API key is one word without blanks.')
    .meta({
      title: 'API key',
      description: 'Console → Keys → Create. It is shown once.',
      placeholder: 'acme_…',
      secret: true,
    } satisfies CredentialFieldMeta),
})

export type AcmeCredentials = z.infer<typeof acmeCredentials>
