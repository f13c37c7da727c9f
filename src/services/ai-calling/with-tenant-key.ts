import type { Payload } from 'payload'
import type { DocumentId } from '../../access/membership.ts'
import { noteAuditEvent } from '../../audit/index.ts'
import { createScrubber } from '../../collections/ProviderKeys/scrub.ts'
import { secretValuesOf } from '../../collections/ProviderKeys/secret-fields.ts'
import { PROVIDER_KEYS } from '../../collections/slugs.ts'
import { compositionOf } from '../../composition.ts'
import { reportKeyOutcome } from '../../key-health/index.ts'
import { isProviderError } from '../../provider-kit/index.ts'
import type { ListContext, ProviderManifest } from '../../provider-kit/index.ts'
import type { ApiError } from '../../rest/api-error.ts'
import { isVaultError, resolveForUse } from '../../vault/index.ts'
import { missingKeysError } from '../missing-keys-error.ts'
import { toProviderRefusal } from './provider-refusal.ts'

type WithTenantKeyOptions<Value> = {
  payload: Payload
  tenant: DocumentId
  manifest: ProviderManifest
  /** What the key is opened for, as the audit log tells it. */
  purpose: 'list' | 'preview'
  /** Longest time for the work, in ms. */
  deadlineMs: number
  /** @param scrub takes the key out of text that the provider may have had a hand in */
  work(context: ListContext, scrub: (text: string) => string): Promise<Value>
}

/**
 * Does one piece of work with the tenant's own key of a provider, writes down that it was used and how it did.
 * @throws ApiError 409 `missing_keys` where there is none that may be used; the provider's failure as `toProviderRefusal`
 */
export async function withTenantKey<Value>({
  payload,
  tenant,
  manifest,
  purpose,
  deadlineMs,
  work,
}: WithTenantKeyOptions<Value>): Promise<Value> {
  const provider = manifest.id
  const key = await resolveForUse({ payload, tenant, provider, purpose: 'chat' }).catch((error: unknown) => {
    throw isVaultError(error) ? noUsableKey(manifest, error.code === 'missing') : error
  })
  const { credentialId, version } = key
  const event = { payload, tenant, provider, credentialId, version, purpose }
  const askedAt = Date.now()
  const scrub = createScrubber(secretValuesOf(manifest, key.credentials))
  try {
    const context = compositionOf(payload).registry.contextFor(provider, key.credentials)
    const value = await work({ ...context, signal: AbortSignal.timeout(deadlineMs) }, scrub)
    reportKeyOutcome({ ...event, outcome: 'ok', at: askedAt })
    return value
  } catch (error) {
    if (!isProviderError(error)) throw error
    reportKeyOutcome({ ...event, outcome: error.kind, at: askedAt })
    throw toProviderRefusal(error, scrub)
  } finally {
    key.release()
    const subject = { collection: PROVIDER_KEYS, id: provider }
    noteAuditEvent({ ...event, actor: 'system', action: 'key.used', subject, result: 'ok' })
  }
}

const noUsableKey = ({ id, name }: ProviderManifest, isMissing: boolean): ApiError =>
  missingKeysError({
    service: 'ai-calling',
    missingProviders: [id],
    message: isMissing
      ? `This needs a ${name} key. Enter it under API keys.`
      : `The ${name} key of this workspace does not work. Replace it under API keys.`,
  })
