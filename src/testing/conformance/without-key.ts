import type { ProviderManifest } from '../../provider-kit/index.ts'
import type { Credentials } from './stage.ts'
import type { ConformanceStand, Start } from './stand.ts'

/** A stand's credentials without the key, and a provider that wants none. */
export type WithoutKey = { credentials: Credentials; start: Start }

/**
 * How to do without a key; undefined for a plugin that always wants one.
 * @throws Error where the key may be left out and the stand cannot play that
 */
export function findWithoutKey(plugin: ProviderManifest, stand: ConformanceStand): WithoutKey | undefined {
  const { [plugin.primaryCredential]: _key, ...credentials } = stand.credentials
  if (!plugin.credentials.safeParse(credentials).success) return undefined
  if (!stand.startWithoutKey) throw new Error(`${plugin.id} works without a key, and its stand cannot play that`)
  return { credentials, start: stand.startWithoutKey }
}
