import { createHmac, randomBytes } from 'node:crypto'
import type { DevVariables } from '../env/index.ts'
import { readEnvFile, removeFromEnvFile, setInEnvFile, writeEnvFile } from '../env/index.ts'
import type { ProviderManifest } from '../provider-kit/index.ts'
import type { Registry } from '../registry/index.ts'
import type { Credentials, RecordedVerdict } from '../vault/index.ts'
import { variablesOf } from './variables-of.ts'

/** Keys of a developer's machine, of every workspace there. Exists with `KEY_SOURCE=dev-env` alone. */
export type EnvironmentKeys = {
  /** Providers whose credentials are complete. */
  providers(): readonly string[]
  /** Providers of which only a part is set, with the names of the variables that are missing or malformed. */
  incomplete(): readonly { provider: string; variables: string[] }[]
  /** A fresh copy, so that whoever drops it drops no other's. */
  credentialsOf(provider: string): Credentials | undefined
  /** The credential that people recognise a key by. */
  primaryOf(provider: string): string
  /** Tells one key from another as long as this process lives; 16 hex digits that reveal nothing of it. */
  fingerprintOf(credentials: Credentials): string
  /** The last verdict of this process; a restart forgets it. */
  verdictOf(provider: string): RecordedVerdict | undefined
  noteVerdict(provider: string, verdict: RecordedVerdict): void
  /**
   * Writes a key that was saved in the panel into the file too.
   * @returns false where the file cannot hold it
   */
  remember(provider: string, credentials: Credentials): boolean
  /** Takes out of the file what the panel wrote there. */
  forget(provider: string): void
}

/** @param options.devVariables read once at start */
export function createEnvironmentKeys({
  registry,
  devVariables,
}: {
  registry: Registry
  devVariables: DevVariables
}): EnvironmentKeys {
  const { values, file } = devVariables
  const offered = registry.list().filter(({ id }) => !registry.isOff(id))
  const read = new Map(offered.map((manifest) => [manifest.id, readOf(manifest, values)]))
  const fingerprintKey = randomBytes(32)
  const verdicts = new Map<string, RecordedVerdict>()
  const namesOf = (provider: string) => (registry.has(provider) ? variablesOf(registry.get(provider)) : {})

  return {
    providers: () => [...read].flatMap(([provider, { credentials }]) => (credentials ? [provider] : [])),
    incomplete: () =>
      [...read].flatMap(([provider, { wrong }]) => (wrong.length > 0 ? [{ provider, variables: wrong }] : [])),
    credentialsOf(provider) {
      const credentials = read.get(provider)?.credentials
      return credentials && { ...credentials }
    },
    primaryOf: (provider) => registry.get(provider).primaryCredential,
    fingerprintOf: (credentials) =>
      createHmac('sha256', fingerprintKey).update(JSON.stringify(credentials)).digest('hex').slice(0, 16),
    verdictOf: (provider) => verdicts.get(provider),
    noteVerdict: (provider, verdict) => void verdicts.set(provider, verdict),
    remember(provider, credentials) {
      const names = namesOf(provider)
      const kept = Object.entries(credentials).flatMap(([field, value]) => {
        const [name] = names[field] ?? []
        return name === undefined ? [] : [[name, value] as const]
      })
      const text = setInEnvFile(readEnvFile(file), Object.fromEntries(kept))
      if (text === undefined) return false
      writeEnvFile(file, text)
      return true
    },
    forget(provider) {
      const text = readEnvFile(file)
      const left = removeFromEnvFile(text, Object.values(namesOf(provider)).flat())
      if (left !== text) writeEnvFile(file, left)
    },
  }
}

type ReadKey = { credentials?: Credentials; wrong: string[] }

function readOf(manifest: ProviderManifest, values: DevVariables['values']): ReadKey {
  const names = variablesOf(manifest)
  const given = Object.entries(names).flatMap(([field, variables]) => {
    const value = variables.map((name) => values[name]).find((one) => one !== undefined)
    return value === undefined ? [] : [[field, value] as const]
  })
  if (given.length === 0) return { wrong: [] }
  const parsed = manifest.credentials.strict().safeParse(Object.fromEntries(given))
  if (parsed.success) return { credentials: parsed.data as Credentials, wrong: [] }
  const fields = new Set(parsed.error.issues.map(({ path }) => String(path[0])))
  return { wrong: [...fields].map((field) => names[field]?.[0] ?? field) }
}
