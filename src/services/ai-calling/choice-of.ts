import type { PayloadRequest } from 'payload'
import { compositionOf } from '../../composition.ts'
import type { ProviderManifest } from '../../provider-kit/index.ts'
import { notFound } from '../../rest/api-error.ts'

/**
 * The provider that the address of a request names, if it has the capability and is offered.
 * @throws ApiError 404
 */
export function choiceOf<Key extends 'stt' | 'llm' | 'tts'>(req: PayloadRequest, capability: Key) {
  const { registry } = compositionOf(req.payload)
  const id = String(req.routeParams?.id ?? '')
  const manifest = registry.withCapability(capability).find((provider) => provider.id === id)
  if (!manifest?.[capability]) throw notFound()
  return manifest as ProviderManifest & Required<Pick<ProviderManifest, Key>>
}
