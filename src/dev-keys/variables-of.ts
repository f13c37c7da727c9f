import type { ProviderManifest } from '../provider-kit/index.ts'

/** `connectionId` of `telnyx` is `TELNYX_CONNECTION_ID`, `my-voice` begins with `MY_VOICE_`. */
const toName = (id: string, field: string): string =>
  `${id.replaceAll('-', '_')}_${field.replace(/([a-z0-9])([A-Z])/g, '$1_$2')}`.toUpperCase()

/**
 * The variables that hold a provider's credentials, by field. The primary one may also be called `<PROVIDER>_API_KEY`,
 * whatever its field is called; the first that is set counts.
 */
export const variablesOf = ({ id, credentials, primaryCredential }: ProviderManifest): Record<string, string[]> =>
  Object.fromEntries(
    Object.keys(credentials.shape).map((field) => {
      const names = [toName(id, field), ...(field === primaryCredential ? [toName(id, 'apiKey')] : [])]
      return [field, [...new Set(names)]]
    }),
  )
