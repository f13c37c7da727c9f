import { ProviderError } from './errors.ts'

/**
 * The key for a library that would look into the environment where it is given none, as the AI SDK does: a missing key
 * is a refusal here, never somebody else's key.
 * @param options.provider provider id
 * @throws ProviderError `rejected`
 */
export function explicitKey({ provider, key }: { provider: string; key: string | undefined }): string {
  if (typeof key === 'string' && key.trim() !== '') return key
  throw new ProviderError({ provider, kind: 'rejected', message: 'There is no API key for this request.' })
}
