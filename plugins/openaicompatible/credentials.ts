import { z } from 'zod'
import type { CredentialFieldMeta } from '../../src/provider-kit/index.ts'

/** What a tenant enters: where the server is, and its key if it wants one. */
export const compatibleCredentials = z.object({
  baseUrl: z
    .string()
    .trim()
    .regex(
      /^https?:\/\/[^\s]{1,480}$/i,
      'The address begins with http:// or https:// and ends with the path of the API.',
    )
    .meta({
      title: 'Address',
      description:
        'The address of the server with the path under which its API lies, usually /v1. Only addresses that a platform admin allowed can be used.',
      placeholder: 'http://gpu.internal:8000/v1',
      secret: false,
    } satisfies CredentialFieldMeta),
  apiKey: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{1,400}$/, 'An API key is one word without blanks.')
    .optional()
    .meta({
      title: 'API key',
      description:
        'What the server was started with, such as the --api-key of vLLM. Leave it empty where it wants none.',
      placeholder: 'token-…',
      secret: true,
    } satisfies CredentialFieldMeta),
})

export type CompatibleCredentials = z.infer<typeof compatibleCredentials>
