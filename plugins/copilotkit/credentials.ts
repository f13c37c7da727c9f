import { z } from 'zod'
import type { CredentialFieldMeta } from '../../src/provider-kit/index.ts'

/**
 * What a tenant enters for CopilotKit. The key goes to browsers by design; it is kept like every other, since it is the
 * tenant's own and counts on the tenant's account.
 */
export const copilotKitCredentials = z.object({
  apiKey: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{1,400}$/, 'A CopilotKit key is one word without blanks; it starts with ck_pub_.')
    .meta({
      title: 'Public API key',
      description:
        'From cloud.copilotkit.ai: ck_pub_ and 32 digits and letters from a to f. CopilotKit offers no way to test it, so only its form is checked.',
      placeholder: 'ck_pub_…',
      secret: true,
    } satisfies CredentialFieldMeta),
})

export type CopilotKitCredentials = z.infer<typeof copilotKitCredentials>
