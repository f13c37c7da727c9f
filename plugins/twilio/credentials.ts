import { z } from 'zod'
import type { CredentialFieldMeta } from '../../src/provider-kit/index.ts'

const describeField = (meta: CredentialFieldMeta) => meta as Record<string, unknown>

/**
 * What a tenant enters for Twilio. An API key (SK…) does not do: Twilio signs webhooks with the account's auth token.
 * Sources: https://console.twilio.com, `lib/webhooks/webhooks.js` of the `twilio` package.
 */
export const twilioCredentials = z.object({
  accountSid: z
    .string()
    .trim()
    .regex(
      /^AC[0-9a-fA-F]{32}$/,
      'A Twilio account SID is AC and 32 hexadecimal digits. An API key (SK…) cannot take its place.',
    )
    .meta(
      describeField({
        title: 'Account SID',
        description: 'Console → Account info. It starts with AC and names the account.',
        placeholder: 'AC…',
        secret: false,
      }),
    ),
  authToken: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{1,200}$/, 'A Twilio auth token is one word, normally of 32 hexadecimal digits.')
    .meta(
      describeField({
        title: 'Auth token',
        description:
          'Console → Account info, shown on demand: 32 hexadecimal digits. It makes calls and proves that a webhook comes from Twilio.',
        placeholder: '32 hexadecimal digits',
        secret: true,
      }),
    ),
})

export type TwilioCredentials = z.infer<typeof twilioCredentials>

/** The account's HTTP Basic credentials, as a header's value. */
export const basicAuth = ({ accountSid, authToken }: TwilioCredentials): string =>
  `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`
