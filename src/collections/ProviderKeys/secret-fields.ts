import { z } from 'zod'
import type { ProviderManifest } from '../../provider-kit/index.ts'
import type { Credentials } from '../../vault/index.ts'

/** The values among a provider's credentials that are secret; a field is, unless its manifest says otherwise. */
export const secretValuesOf = (manifest: ProviderManifest, credentials: Credentials): string[] =>
  Object.entries(credentials).flatMap(([name, value]) => {
    const field = manifest.credentials.shape[name]
    const isSecret = field === undefined || z.globalRegistry.get(field)?.secret !== false
    return isSecret ? [value] : []
  })
