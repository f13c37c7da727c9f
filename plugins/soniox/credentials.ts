import { z } from 'zod'
import type { CredentialFieldMeta } from '../../src/provider-kit/index.ts'

const describeField = (meta: CredentialFieldMeta) => meta as Record<string, unknown>

/**
 * What a tenant enters for Soniox. Keys of a project have no documented form; those of an organization start with
 * `snx_org_`, manage the account and transcribe nothing, so they are refused here.
 * Source: https://soniox.com/docs/guides/organization-api
 */
export const sonioxCredentials = z.object({
  apiKey: z
    .string()
    .trim()
    .regex(
      /^(?!snx_org_)[\x21-\x7e]{1,300}$/,
      'A Soniox API key is one word. A key that starts with snx_org_ belongs to the organization: make one in a project.',
    )
    .meta(
      describeField({
        title: 'API key',
        description:
          'Console → your project → API Keys → Create. The key of a project; one that starts with snx_org_ cannot transcribe.',
        placeholder: 'the key of a project',
        secret: true,
      }),
    ),
})

export type SonioxCredentials = z.infer<typeof sonioxCredentials>
