import { z } from 'zod'
import type { CredentialFieldMeta } from '../../src/provider-kit/index.ts'

/**
 * What a tenant enters for Cartesia. Keys start with `sk_car_`; admin keys (`sk_car_admin_`) open other routes only.
 * Source: https://docs.cartesia.ai/use-the-api/api-conventions
 */
export const cartesiaCredentials = z.object({
  apiKey: z
    .string()
    .trim()
    .regex(
      /^(?!sk_car_admin_)[\x21-\x7e]{1,200}$/,
      'A Cartesia API key is one word without blanks; it starts with sk_car_. An admin key (sk_car_admin_) cannot speak.',
    )
    .meta({
      title: 'API key',
      description: 'Cartesia → API keys (play.cartesia.ai/keys). A regular key, not an admin key.',
      placeholder: 'sk_car_…',
      secret: true,
    } satisfies CredentialFieldMeta),
})

export type CartesiaCredentials = z.infer<typeof cartesiaCredentials>
