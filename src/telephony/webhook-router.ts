import express, { Router } from 'express'
import type { ErrorRequestHandler } from 'express'
import type { Payload } from 'payload'
import { compositionOf } from '../composition.ts'
import type { TelephonyEvent, WebhookRequest } from '../provider-kit/index.ts'
import { isVaultError, resolveForUse } from '../vault/index.ts'

export type AcceptedWebhook = {
  provider: string
  tenantId: string
  credentials: Record<string, string>
  event: TelephonyEvent
}

type WebhookRouterOptions = {
  payload: Payload
  /** Gets each genuine event once, after its answer went out. */
  onEvent(webhook: AcceptedWebhook): void
}

/** Carriers' events are a few kB. */
const MAX_BODY = '256kb'

/**
 * `POST /webhooks/<carrier>/<tenant>`: verifies the signature over the raw body with the tenant's own credentials and
 * answers at once; the work is done after. What is not genuine gets 401 or 403 and has no effect.
 */
export function createWebhookRouter({ payload, onEvent }: WebhookRouterOptions): Router {
  const { registry, environment } = compositionOf(payload)
  const router = Router()

  router.post('/:provider/:tenantId', express.raw({ type: () => true, limit: MAX_BODY }), async (request, response) => {
    const { provider, tenantId } = request.params as { provider: string; tenantId: string }
    const telephony = registry.has(provider) ? registry.get(provider).telephony : undefined
    if (!telephony) {
      response.status(404).json({ error: 'There is no carrier of this name.', code: 'unknown_carrier' })
      return
    }
    const refuse = (status: number, reason: string) => {
      payload.logger.warn({ event: 'webhook.refused', provider, tenantId, reason, msg: 'A webhook was refused' })
      response.status(status).json({ error: 'The signature of this webhook is not valid.', code: 'invalid_signature' })
    }

    const credentials = await findCredentials({ payload, tenantId, provider })
    if (!credentials) {
      refuse(401, 'the tenant has no credentials of this carrier')
      return
    }
    const webhook: WebhookRequest = {
      path: '',
      headers: request.headers,
      rawBody: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
      url: `${environment.publicUrl}${request.originalUrl}`,
    }
    const verdict = telephony.verifyWebhook(webhook, credentials, Date.now())
    if (!verdict.ok) {
      refuse(verdict.status, verdict.reason)
      return
    }
    let event: TelephonyEvent
    try {
      event = telephony.parseWebhook(webhook)
    } catch (error) {
      const reason = error instanceof SyntaxError ? error.message : 'the body could not be read'
      payload.logger.warn({ event: 'webhook.refused', provider, tenantId, reason, msg: 'A webhook was refused' })
      response
        .status(400)
        .json({ error: 'The body is not an event that this carrier documents.', code: 'malformed_event' })
      return
    }
    response.status(200).json({ received: true })
    onEvent({ provider, tenantId, credentials, event })
  })
  router.use(createErrorHandler(payload))
  return router
}

/** Answers what Express refuses itself, a body too large or a path that is none, without a page and a stack trace. */
const createErrorHandler =
  (payload: Payload): ErrorRequestHandler =>
  (error: { status?: unknown }, _request, response, next) => {
    if (response.headersSent) return next(error)
    const status = typeof error.status === 'number' && error.status >= 400 && error.status < 500 ? error.status : 500
    if (status === 500) payload.logger.error({ err: error, msg: 'A webhook could not be read' })
    response.status(status).json({ error: 'This webhook could not be read.', code: 'unreadable_webhook' })
  }

/** The carrier's credentials of a tenant; undefined for a tenant that has none, cannot open them, or does not exist. */
async function findCredentials({
  payload,
  tenantId,
  provider,
}: {
  payload: Payload
  tenantId: string
  provider: string
}) {
  try {
    const { credentials } = await resolveForUse({ payload, tenant: tenantId, provider, purpose: 'webhook' })
    return credentials
  } catch (error) {
    if (isVaultError(error)) return undefined
    throw error
  }
}
