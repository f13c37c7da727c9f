import { z } from 'zod'
import type { CredentialFieldMeta } from '../../src/provider-kit/index.ts'

/** What a tenant enters for ElevenLabs. Old keys are 32 hex digits, new ones `sk_` and 48. */
export const elevenLabsCredentials = z.object({
  apiKey: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{1,200}$/, 'An ElevenLabs API key is one word without blanks; it usually starts with sk_.')
    .meta({
      title: 'API key',
      description:
        'ElevenLabs → Developers → API keys. A restricted key needs Text to Speech to speak, Speech to Text to transcribe; with User (read) its credits are shown too.',
      placeholder: 'sk_…',
      secret: true,
    } satisfies CredentialFieldMeta),
})

export type ElevenLabsCredentials = z.infer<typeof elevenLabsCredentials>
