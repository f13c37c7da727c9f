import type { PayloadRequest } from 'payload'
import type { z } from 'zod'
import { appendAuditEvent } from '../../audit/append-audit-event.ts'
import { resolveTenant } from '../../access/index.ts'
import type { ResolvedTenant } from '../../access/index.ts'
import { handleKeyRequest } from '../../collections/ProviderKeys/define-key-endpoint.ts'
import type { KeyCheckLimiter, KeyRequest } from '../../collections/ProviderKeys/define-key-endpoint.ts'
import { hasGivenKey, readCredentials } from '../../collections/ProviderKeys/read-credentials.ts'
import { requireAllowedAddress } from '../../collections/ProviderKeys/require-allowed-address.ts'
import { saveGivenKey } from '../../collections/ProviderKeys/save-key.ts'
import { readKeyDoc } from '../../collections/ProviderKeys/to-key-doc.ts'
import { AI_CONFIGS } from '../../collections/slugs.ts'
import { compositionOf } from '../../composition.ts'
import type { ProviderManifest } from '../../provider-kit/index.ts'
import { ApiError } from '../../rest/api-error.ts'
import { defineEndpoint, readBody } from '../../rest/define-endpoint.ts'
import { saveAiConfig } from '../ai-configs.ts'
import { aiConfigBody, llmProviderOf } from '../read-ai-config.ts'

type Body = z.infer<typeof aiConfigBody>

/**
 * `POST /api/ai-config`: what the workspace takes of a provider of language models, and with `isDefault` that agents
 * take it where nobody chose. Owners and editors; a key beside it is an owner's to save, and when it is refused nothing
 * is saved at all.
 */
export const saveAiConfigEndpoint = (limiter: KeyCheckLimiter) =>
  defineEndpoint({
    path: '/ai-config',
    method: 'post',
    async handler(req) {
      const tenant = await resolveTenant(req)
      if (tenant.role !== 'owner' && tenant.role !== 'editor') {
        throw forbidden('Owners and editors of this workspace choose its models. Ask one of them.')
      }
      const body = await readBody(req, aiConfigBody)
      const manifest = llmProviderOf({ registry: compositionOf(req.payload).registry, provider: body.provider })
      if (!hasGivenKey(body)) return save({ req, tenant, manifest, body })
      if (tenant.role !== 'owner') {
        throw forbidden('Only owners of this workspace save its keys. Leave the key out, or ask one of them.')
      }
      return handleKeyRequest({
        req,
        tenant,
        limiter,
        async handler(request) {
          const saved = await saveKey({ request, manifest, body })
          return { ...(await save({ req, tenant, manifest, body })), ...saved }
        },
      })
    },
  })

const forbidden = (message: string) => new ApiError({ status: 403, code: 'forbidden', message })

async function saveKey({ request, manifest, body }: { request: KeyRequest; manifest: ProviderManifest; body: Body }) {
  const { apiKey, credentials: given } = body
  const { credentials, notes } = readCredentials({ manifest, given: { apiKey, credentials: given } })
  await requireAllowedAddress({ registry: request.registry, manifest, credentials })
  const { record, verdict } = await saveGivenKey({ request, manifest, credentials })
  const doc = await readKeyDoc({ payload: request.req.payload, record })
  return { key: doc, check: verdict, ...(notes.length > 0 ? { notes } : {}) }
}

type SaveOptions = { req: PayloadRequest; tenant: ResolvedTenant; manifest: ProviderManifest; body: Body }

async function save({ req, tenant, manifest, body }: SaveOptions) {
  const { modelName, temperature, maxTokens } = body
  const given = Object.entries({ modelName, temperature, maxTokens }).filter(([, value]) => value !== undefined)
  const { payload } = req
  const configs = await saveAiConfig({
    payload,
    tenant: tenant.id,
    provider: manifest.id,
    choice: Object.fromEntries(given),
    makeDefault: body.isDefault === true,
  })
  await appendAuditEvent({
    payload,
    tenant: tenant.id,
    actor: req.user ?? 'system',
    action: 'ai-config.changed',
    subject: { collection: AI_CONFIGS, id: manifest.id },
    result: 'ok',
    details: {
      provider: manifest.id,
      fields: [...given.map(([name]) => name), ...(body.isDefault ? ['isDefault'] : [])],
    },
  })
  return { ...configs.find(({ provider }) => provider === manifest.id), configs }
}
