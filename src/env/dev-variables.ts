import { join } from 'node:path'
import { parseEnvFile, readEnvFile } from './env-file.ts'

/** What fills in for keys on a developer's machine; read with `KEY_SOURCE=dev-env` alone. */
export type DevVariables = {
  /** Values by name. Only what the form of an installed provider asks for is looked up in it. */
  values: Readonly<Record<string, string>>
  /** Absolute path of `.env.local`, where keys that are saved in the panel are written too. */
  file: string
}

/**
 * @param given variables of the process; they win over those of the file
 * @param options.cwd folder of `.env.local`
 */
export function readDevVariables(given: Readonly<Record<string, string>>, { cwd }: { cwd: string }): DevVariables {
  const file = join(cwd, '.env.local')
  const all = Object.entries({ ...parseEnvFile(readEnvFile(file)), ...given })
  const mayBeOfProvider = (name: string) => /^[A-Z][A-Z0-9_]*$/.test(name) && !name.endsWith('_BASE_URL')
  const values = all.map(([name, value]) => [name, value.trim()] as const)
  return { values: Object.fromEntries(values.filter(([name, value]) => value !== '' && mayBeOfProvider(name))), file }
}
