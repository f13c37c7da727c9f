import { z } from 'zod'
import type { CredentialFieldMeta } from '../../src/provider-kit/index.ts'

const describeField = (meta: CredentialFieldMeta) => meta as Record<string, unknown>

/**
 * What a tenant enters for Deepgram. Keys have 40 lower-case letters and digits and no prefix, which is not promised
 * anywhere; so only what cannot be sent in a header is refused here.
 * Source: https://developers.deepgram.com/docs/authenticating
 */
export const deepgramCredentials = z.object({
  apiKey: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{1,200}$/, 'A Deepgram API key is one word of letters and digits.')
    .meta(
      describeField({
        title: 'API key',
        description: 'Console → Settings → API Keys. 40 letters and digits, shown once when the key is made.',
        placeholder: '40 letters and digits',
        secret: true,
      }),
    ),
})

export type DeepgramCredentials = z.infer<typeof deepgramCredentials>
