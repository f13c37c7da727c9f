import { randomUUID } from 'node:crypto'
import type { Endpoint, PayloadRequest } from 'payload'
import { appendAuditEvent, noteRefusal } from '../../audit/index.ts'
import { personIdOf } from '../../access/index.ts'
import type { DocumentId, ResolvedTenant } from '../../access/index.ts'
import { createAttemptLimiter } from '../../auth/attempt-limiter.ts'
import { compositionOf } from '../../composition.ts'
import type { ProviderManifest } from '../../provider-kit/index.ts'
import { whyOff } from '../../registry/index.ts'
import type { Registry } from '../../registry/index.ts'
import { ApiError, notFound } from '../../rest/api-error.ts'
import { defineEndpoint, json } from '../../rest/define-endpoint.ts'
import { isVaultError } from '../../vault/index.ts'
import type { Credentials, VaultErrorCode } from '../../vault/index.ts'
import { PROVIDER_KEYS } from '../slugs.ts'
import { namedProvider } from './access/note-refused-access.ts'
import { requireKeyOwner } from './access/require-role.ts'
import { checkKey } from './check-key.ts'
import type { KeyCheck } from './check-key.ts'

/** Checks that one person may have made in one workspace within a minute. */
const CHECKS_PER_MINUTE = 20

/** A request by an owner of a workspace, with what the endpoints of keys share. */
export type KeyRequest = {
  req: PayloadRequest
  tenant: DocumentId
  registry: Registry
  /** Asks the provider; the answer holds nothing of the key. */
  check(manifest: ProviderManifest, credentials: Credentials): Promise<KeyCheck>
  /** Writes down who did what to which key. */
  audit(event: KeyEvent): Promise<void>
}

type KeyEvent = {
  action: string
  provider: string
  /** Which key, where it is stored. */
  key?: { credentialId: string; version: number }
  result?: 'ok' | 'refused' | 'failed'
  purpose?: string
  /** What the provider said of it. */
  status?: KeyCheck['status']
  /** Names of what changed. */
  fields?: string[]
}

type DefineKeyEndpointOptions = Pick<Endpoint, 'path' | 'method'> & {
  /** Set on the endpoints that ask a provider. */
  limiter?: KeyCheckLimiter
  handler(request: KeyRequest): Promise<unknown>
}

export type KeyCheckLimiter = ReturnType<typeof createKeyCheckLimiter>

/** Counts the checks of a person in a workspace, over all the endpoints that make one. */
export const createKeyCheckLimiter = () => createAttemptLimiter({ limit: CHECKS_PER_MINUTE, windowMs: 60_000 })

/** An endpoint that changes or tests keys: for owners, limited where it asks a provider, with the vault's errors as the contract's. */
export const defineKeyEndpoint = ({ path, method, limiter, handler }: DefineKeyEndpointOptions): Endpoint =>
  defineEndpoint({
    path,
    method,
    async handler(req) {
      const tenant = await requireKeyOwner(req)
      return handleKeyRequest({ req, tenant, limiter, handler })
    },
  })

type HandleOptions = Pick<DefineKeyEndpointOptions, 'limiter' | 'handler'> & {
  req: PayloadRequest
  /** Of a person who may change its keys. */
  tenant: ResolvedTenant
}

/** Handles a request that changes or tests keys as every endpoint of keys does. */
export async function handleKeyRequest({ req, tenant, limiter, handler }: HandleOptions): Promise<unknown> {
  const waitSeconds = limiter?.take(`${personIdOf(req.user)}:${tenant.id}`) ?? 0
  if (waitSeconds > 0) {
    noteTooManyChecks(req, tenant)
    return tooManyChecks(waitSeconds)
  }
  try {
    return await handler(toKeyRequest(req, tenant))
  } catch (error) {
    throw isVaultError(error) ? toApiError(error.code) : error
  }
}

function toKeyRequest(req: PayloadRequest, tenant: ResolvedTenant): KeyRequest {
  const { registry, secretsInUse } = compositionOf(req.payload)
  return {
    req,
    tenant: tenant.id,
    registry,
    async check(manifest, credentials) {
      requireOffered(registry, manifest)
      secretsInUse.note(randomUUID(), Object.values(credentials))
      return checkKey({
        manifest,
        context: registry.contextFor(manifest.id, credentials),
        capabilities: registry.capabilitiesOf(manifest.id),
      })
    },
    audit: ({ action, provider, key, result = 'ok', purpose, status, fields }) =>
      appendAuditEvent({
        payload: req.payload,
        tenant: tenant.id,
        actor: req.user ?? 'system',
        action,
        subject: { collection: PROVIDER_KEYS, id: provider },
        result,
        provider,
        credentialId: key?.credentialId,
        version: key?.version,
        purpose,
        details: status || fields ? { ...(status ? { status } : {}), ...(fields ? { fields } : {}) } : undefined,
      }),
  }
}

const noteTooManyChecks = (req: PayloadRequest, { id: tenant }: ResolvedTenant): void =>
  noteRefusal({
    payload: req.payload,
    tenant,
    actor: req.user ?? 'system',
    action: 'key.refused',
    subject: { collection: PROVIDER_KEYS, id: namedProvider(req) ?? 'every key' },
    provider: namedProvider(req),
    purpose: 'check',
    details: { reason: 'too many tests' },
  })

function tooManyChecks(waitSeconds: number): Response {
  const response = json(429, {
    error: `That were too many tests of keys. Try again in ${waitSeconds} seconds.`,
    code: 'too_many_checks',
  })
  response.headers.set('Retry-After', String(waitSeconds))
  return response
}

const API_ERRORS: Partial<Record<VaultErrorCode, [status: number, code: string, message: string]>> = {
  exists: [409, 'key_exists', 'This workspace has a key of this provider already. Replace it with PUT.'],
  undecryptable: [409, 'undecryptable', 'The stored key can no longer be opened. Enter this key again.'],
  no_former_version: [
    409,
    'no_former_version',
    'There is no former key to go back to: it is kept for ten minutes after a change.',
  ],
  wrong_encryption_key: [
    503,
    'vault_locked',
    'The server lacks the encryption key of this data. Whoever runs it has to give it back.',
  ],
}

function toApiError(code: VaultErrorCode): ApiError {
  const known = API_ERRORS[code]
  if (!known) return notFound()
  const [status, name, message] = known
  return new ApiError({ status, code: name, message })
}

/**
 * Nothing is stored, replaced or tested of a provider that is not offered here.
 * @throws ApiError 409 `provider_off`
 */
export function requireOffered(registry: Registry, { id, sunset }: ProviderManifest): void {
  const reason = whyOff(registry, id)
  if (reason === undefined) return
  throw new ApiError({ status: 409, code: 'provider_off', message: reason, details: { provider: id, sunset } })
}

/** The provider that a body names. @throws ApiError 400 `unknown_provider`, 409 `provider_off` */
export function manifestOf(registry: Registry, provider: string): ProviderManifest {
  if (registry.has(provider)) {
    const manifest = registry.get(provider)
    requireOffered(registry, manifest)
    return manifest
  }
  const known = registry.list().map(({ id }) => id)
  throw new ApiError({
    status: 400,
    code: 'unknown_provider',
    message: `There is no such provider. Known are: ${known.join(', ')}.`,
    details: { providers: known },
  })
}

/** The refusal of a key that its provider does not accept; nothing was saved. */
export const keyRejected = (manifest: ProviderManifest, check: KeyCheck): ApiError =>
  new ApiError({
    status: 422,
    code: 'key_rejected',
    message: `${manifest.name} does not accept this key, so it was not saved. ${check.message}`,
    details: { check },
  })

/** What is saved of a check: a key that could not be tested is `unverified`, not `unreachable`. */
export const toSavedVerdict = (check: KeyCheck): KeyCheck =>
  check.status === 'unreachable' ? { ...check, status: 'unverified' } : check

/** The 404 of a provider without a key. */
export const noKey = (name: string): ApiError =>
  new ApiError({ status: 404, code: 'not_found', message: `This workspace has no ${name} key yet.` })
