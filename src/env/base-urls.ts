import { parseOrigin } from './addresses.ts'
import { EnvironmentError } from './environment-error.ts'

const BASE_URL_NAME = /^([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)_BASE_URL$/

export type BaseUrls = {
  /** Origins by provider id, without a trailing slash. */
  baseUrls: Readonly<Record<string, string>>
  /** Names of the variables that hold no http or https origin, by what would be the provider's id. */
  malformed: Readonly<Record<string, string>>
}

/** Collects every `<PROVIDER>_BASE_URL` by provider id (`MY_VOICE_BASE_URL` is `my-voice`). */
export function readBaseUrls(variables: Readonly<Record<string, string>>): BaseUrls {
  const baseUrls: Record<string, string> = {}
  const malformed: Record<string, string> = {}
  for (const [name, value] of Object.entries(variables)) {
    const prefix = BASE_URL_NAME.exec(name)?.[1]
    if (!prefix) continue
    const id = prefix.toLowerCase().replaceAll('_', '-')
    const origin = parseOrigin(value)?.origin
    if (origin) baseUrls[id] = origin
    else malformed[id] = name
  }
  return { baseUrls, malformed }
}

/**
 * Holds the variables of installed providers to be origins; those of other software may be anything.
 * @param malformed of `readBaseUrls`
 * @param ids of the installed providers
 * @throws EnvironmentError
 */
export function refuseMalformedBaseUrls(malformed: BaseUrls['malformed'], ids: readonly string[]): void {
  const variable = ids.map((id) => malformed[id]).find((name) => name !== undefined)
  if (variable === undefined) return
  throw new EnvironmentError({
    variable,
    message: `${variable} must be an http or https origin without a path, such as http://127.0.0.1:4801.`,
  })
}
