import { z } from 'zod'
import { isPerson } from '../../access/index.ts'
import { compositionOf } from '../../composition.ts'
import type { ProviderManifest } from '../../provider-kit/index.ts'
import type { Registry } from '../../registry/index.ts'
import { unauthenticated } from '../../rest/api-error.ts'
import { defineEndpoint } from '../../rest/define-endpoint.ts'
import { servicesThatNeed } from '../catalogue.ts'

/** `GET /api/providers`: the catalogue, with a JSON Schema of each provider's credentials to build a form from. */
export const listProvidersEndpoint = defineEndpoint({
  path: '/providers',
  method: 'get',
  async handler(req) {
    if (!isPerson(req.user)) throw unauthenticated()
    const { registry } = compositionOf(req.payload)
    return { docs: registry.list().map((manifest) => describe({ registry, manifest })) }
  },
})

const describe = ({ registry, manifest }: { registry: Registry; manifest: ProviderManifest }) => ({
  id: manifest.id,
  name: manifest.name,
  description: manifest.description,
  kinds: manifest.kinds,
  capabilities: registry.capabilitiesOf(manifest.id),
  docsUrl: manifest.docsUrl,
  keyUrl: manifest.keyUrl,
  primaryCredential: manifest.primaryCredential,
  credentialSchema: z.toJSONSchema(manifest.credentials, { io: 'input', unrepresentable: 'any' }),
  requiredFor: servicesThatNeed(registry, manifest.id),
  ...(manifest.addressCredential ? { addressCredential: manifest.addressCredential } : {}),
  ...(manifest.sunset ? { sunset: manifest.sunset } : {}),
  ...(registry.isOff(manifest.id) ? { isOff: true } : {}),
  ...(manifest.checkCosts ? { checkCosts: manifest.checkCosts } : {}),
  ...(manifest.checksFormOnly ? { checksFormOnly: true } : {}),
})
