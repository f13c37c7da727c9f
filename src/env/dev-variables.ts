import { join } from 'node:path'
import { PROVIDER_IDS } from './base-urls.ts'
import { parseEnvFile, readEnvFile } from './env-file.ts'

/** What fills in for keys on a developer's machine; read with `KEY_SOURCE=dev-env` alone. */
export type DevVariables = {
  /** Values by name: of providers that ship with the product, and of others that have a `<PROVIDER>_API_KEY`. */
  values: Readonly<Record<string, string>>
  /** Absolute path of `.env.local`, where keys that are saved in the panel are written too. */
  file: string
}

const KEY_SUFFIX = '_API_KEY'

/**
 * @param given variables of the process; they win over those of the file
 * @param options.cwd folder of `.env.local`
 */
export function readDevVariables(given: Readonly<Record<string, string>>, { cwd }: { cwd: string }): DevVariables {
  const file = join(cwd, '.env.local')
  const all = Object.entries({ ...parseEnvFile(readEnvFile(file)), ...given })
  const prefixes = new Set([
    ...PROVIDER_IDS.map((id) => `${id.toUpperCase()}_`),
    ...all.flatMap(([name]) => (name.endsWith(KEY_SUFFIX) ? [name.slice(0, 1 - KEY_SUFFIX.length)] : [])),
  ])
  const isOfProvider = (name: string) =>
    /^[A-Z][A-Z0-9_]*$/.test(name) && !name.endsWith('_BASE_URL') && [...prefixes].some((one) => name.startsWith(one))
  const values = all.map(([name, value]) => [name, value.trim()] as const)
  return { values: Object.fromEntries(values.filter(([name, value]) => value !== '' && isOfProvider(name))), file }
}
