import { z } from 'zod'
import type { CredentialFieldMeta } from '../../src/provider-kit/index.ts'

/** What a tenant enters for Speechmatics. The form of keys is not documented, so only what no header can carry is refused. */
export const speechmaticsCredentials = z.object({
  apiKey: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{1,200}$/, 'A Speechmatics API key is one word without blanks.')
    .meta({
      title: 'API key',
      description: 'Portal → Settings → API Keys → Create. It is shown once.',
      placeholder: '32 letters and digits',
      secret: true,
    } satisfies CredentialFieldMeta),
})

export type SpeechmaticsCredentials = z.infer<typeof speechmaticsCredentials>
