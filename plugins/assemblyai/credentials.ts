import { z } from 'zod'
import type { CredentialFieldMeta } from '../../src/provider-kit/index.ts'

const describeField = (meta: CredentialFieldMeta) => meta as Record<string, unknown>

/**
 * What a tenant enters for AssemblyAI. Keys have 32 lower-case letters and digits and no prefix, which is not promised
 * anywhere; so only what cannot be sent in a header is refused here.
 */
export const assemblyAiCredentials = z.object({
  apiKey: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{1,200}$/, 'An AssemblyAI API key is one word of letters and digits.')
    .meta(
      describeField({
        title: 'API key',
        description: 'Dashboard → API Keys. 32 letters and digits; the same key serves every product of the account.',
        placeholder: '32 letters and digits',
        secret: true,
      }),
    ),
})

export type AssemblyAiCredentials = z.infer<typeof assemblyAiCredentials>
