import type { ProviderManifest } from '../src/provider-kit/index.ts'

/** Every provider that Patchbay offers: the one place that names them all. */
export const providers: readonly ProviderManifest[] = []
