import type { Payload } from 'payload'
import { compositionOf } from '../../../composition.ts'
import { isConclusive, recordCheck } from '../../../key-health/record-check.ts'
import { readBody } from '../../../rest/define-endpoint.ts'
import { findUsableKey, isEnvironmentKey, resolveForUse } from '../../../vault/index.ts'
import type { KeyRecord } from '../../../vault/index.ts'
import type { KeyCheck } from '../check-key.ts'
import { defineKeyEndpoint, manifestOf, noKey } from '../define-key-endpoint.ts'
import type { KeyCheckLimiter, KeyRequest } from '../define-key-endpoint.ts'
import type { ProviderManifest } from '../../../provider-kit/index.ts'
import { hasGivenKey, readCredentials, validateKeyBody } from '../read-credentials.ts'
import { requireAllowedAddress } from '../require-allowed-address.ts'

/** `POST /api/user-api-keys/validate`: tests the key in the body without saving it, or the stored one. */
export const validateKey = (limiter: KeyCheckLimiter) =>
  defineKeyEndpoint({
    path: '/user-api-keys/validate',
    method: 'post',
    limiter,
    async handler(request) {
      const body = await readBody(request.req, validateKeyBody)
      const manifest = manifestOf(request.registry, body.provider)
      if (!hasGivenKey(body)) return { check: await checkStoredKey(request, manifest) }
      const { credentials, notes } = readCredentials({ manifest, given: body })
      await requireAllowedAddress({ registry: request.registry, manifest, credentials })
      const check = await request.check(manifest, credentials)
      await request.audit({ action: 'key.tested', provider: manifest.id, purpose: 'check', ...outcomeOf(check) })
      return { check, ...(notes.length > 0 ? { notes } : {}) }
    },
  })

async function checkStoredKey(
  { req, tenant, check, audit }: KeyRequest,
  manifest: ProviderManifest,
): Promise<KeyCheck> {
  const { payload } = req
  const record = await findUsableKey({ payload, tenant, provider: manifest.id })
  if (!record) throw noKey(manifest.name)
  const key = await resolveForUse({ payload, tenant, provider: manifest.id, purpose: 'check' })
  try {
    const verdict = await check(manifest, key.credentials)
    // Of the version that was tested: the key may have been replaced meanwhile.
    const tested: KeyRecord = { ...record, version: key.version }
    if (isConclusive(verdict)) await remember({ payload, record: tested, verdict })
    await audit({ action: 'key.tested', provider: manifest.id, key, purpose: 'check', ...outcomeOf(verdict) })
    return verdict
  } finally {
    key.release()
  }
}

/** How a test went, for the audit log. */
const outcomeOf = ({ status }: KeyCheck) => {
  const isGood = status === 'valid' || status === 'limited'
  return { status, result: isGood ? 'ok' : status === 'rejected' ? 'refused' : 'failed' } as const
}

async function remember(options: { payload: Payload; record: KeyRecord; verdict: KeyCheck }): Promise<void> {
  const { payload, record, verdict } = options
  if (isEnvironmentKey(record)) compositionOf(payload).environmentKeys?.noteVerdict(record.provider, verdict)
  else await recordCheck(options)
}
