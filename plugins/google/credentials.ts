import { z } from 'zod'
import type { CredentialFieldMeta } from '../../src/provider-kit/index.ts'

/** What a tenant enters for Gemini. No shape is enforced: Google replaced `AIza…` by `AQ.…` in 2026. */
export const googleCredentials = z.object({
  apiKey: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{1,600}$/, 'A Gemini API key is one word without blanks; it starts with AQ. (older ones AIza).')
    .meta({
      title: 'API key',
      description:
        'From Google AI Studio → Get API key → Create API key. New keys start with AQ.; Google is switching off the older ones that start with AIza.',
      placeholder: 'AQ.…',
      secret: true,
    } satisfies CredentialFieldMeta),
})

export type GoogleCredentials = z.infer<typeof googleCredentials>
