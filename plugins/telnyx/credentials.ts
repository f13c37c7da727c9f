import { z } from 'zod'
import type { CredentialFieldMeta } from '../../src/provider-kit/index.ts'

const describeField = (meta: CredentialFieldMeta) => meta as Record<string, unknown>

/**
 * What a tenant enters for Telnyx. The public key is the account's own webhook key, not derived from the API key.
 * Sources: https://portal.telnyx.com/#/api-keys, https://portal.telnyx.com/#/api-keys/public-key
 */
export const telnyxCredentials = z.object({
  apiKey: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{1,200}$/, 'A Telnyx API key is one word of letters, digits, _ and -; it starts with KEY.')
    .meta(
      describeField({
        title: 'API key',
        description: 'Portal → Account → API Keys. An API v2 key: it starts with KEY and has 58 characters.',
        placeholder: 'KEY…',
        secret: true,
      }),
    ),
  publicKey: z
    .string()
    .trim()
    .regex(
      /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/,
      'The Telnyx public key is 32 bytes in base64: 44 characters, the last of them =.',
    )
    .meta(
      describeField({
        title: 'Public key',
        description: 'Portal → Account → API Keys → Public Key. It proves that a webhook comes from Telnyx.',
        placeholder: '44 characters, ending in =',
        secret: false,
      }),
    ),
  connectionId: z
    .string()
    .trim()
    .regex(
      /^[A-Za-z0-9_-]{1,64}$/,
      'The connection id is the number under which the portal lists the Voice API application.',
    )
    .meta(
      describeField({
        title: 'Connection id',
        description: 'Portal → Voice → Programmable Voice: the id of the Voice API application that the numbers use.',
        placeholder: '1293384261075731499',
        secret: false,
      }),
    ),
})

export type TelnyxCredentials = z.infer<typeof telnyxCredentials>
