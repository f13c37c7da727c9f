import { parseOrigin } from './addresses.ts'
import { EnvironmentError } from './environment-error.ts'

/** The providers that ship with the product; their capitals prefix the provider variables. */
export const PROVIDER_IDS = [
  'deepgram',
  'soniox',
  'assemblyai',
  'elevenlabs',
  'cartesia',
  'hume',
  'openai',
  'xai',
  'anthropic',
  'google',
  'telnyx',
  'twilio',
  'serpapi',
  'exa',
  'copilotkit',
] as const

const BASE_URL_NAME = /^([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)_BASE_URL$/

/**
 * Collects every `<PROVIDER>_BASE_URL` by provider id (`MY_VOICE_BASE_URL` is `my-voice`). Names of providers that do
 * not ship with the product may belong to other software, so theirs count only where they are origins.
 * @returns origins without a trailing slash
 * @throws EnvironmentError when a shipped provider's is not an http or https origin
 */
export function readBaseUrls(variables: Readonly<Record<string, string>>): Record<string, string> {
  const shipped = new Set<string>(PROVIDER_IDS)
  const baseUrls: Record<string, string> = {}
  for (const [name, value] of Object.entries(variables)) {
    const prefix = BASE_URL_NAME.exec(name)?.[1]
    if (!prefix) continue
    const id = prefix.toLowerCase().replaceAll('_', '-')
    const origin = parseOrigin(value)?.origin
    if (origin) baseUrls[id] = origin
    else if (shipped.has(id)) {
      throw new EnvironmentError({
        variable: name,
        message: `${name} must be an http or https origin without a path, such as http://127.0.0.1:4801.`,
      })
    }
  }
  return baseUrls
}
