import express, { Router } from 'express'
import type { ErrorRequestHandler, Response } from 'express'
import type { Payload } from 'payload'
import { compositionOf } from '../composition.ts'
import type { TelephonyCapability, TelephonyEvent, WebhookReply, WebhookRequest } from '../provider-kit/index.ts'
import { isVaultError, resolveForUse } from '../vault/index.ts'
import { createPendingReply } from './pending-reply.ts'
import type { PendingReply } from './pending-reply.ts'
import { createReplyMemory } from './reply-memory.ts'

export type AcceptedWebhook = {
  provider: string
  tenantId: string
  credentials: Record<string, string>
  event: TelephonyEvent
  /** Where the carrier waits to be told what to do with the call. Whoever takes the webhook settles it. */
  reply?: PendingReply
}

type WebhookRouterOptions = {
  payload: Payload
  /** How long a carrier is let wait for instructions, in ms. */
  instructionMs: number
  /** Gets each genuine event: after its answer went out, or with the answer that waits for what is decided. */
  onEvent(webhook: AcceptedWebhook): void
}

/** Carriers' events are a few kB. */
const MAX_BODY = '256kb'
/** Longer than any documented carrier tries a webhook again. */
const REPLY_MEMORY_MS = 15 * 60 * 1000
const REPLY_MEMORY_SIZE = 20_000

/**
 * `POST /webhooks/<carrier>/<tenant>`, with one more segment for a carrier that has a URL for each purpose: verifies the
 * signature over the raw body with the tenant's own credentials and answers at once; the work is done after. A carrier
 * that takes its instructions as the answer waits for them, and gets the same ones when it asks again. What is not
 * genuine gets 401 or 403 and has no effect.
 */
export function createWebhookRouter({ payload, instructionMs, onEvent }: WebhookRouterOptions): Router {
  const { registry, environment } = compositionOf(payload)
  const replies = createReplyMemory({ lifetimeMs: REPLY_MEMORY_MS, capacity: REPLY_MEMORY_SIZE })
  const router = Router()

  const answer = async (accepted: AcceptedWebhook, telephony: TelephonyCapability, webhook: WebhookRequest) => {
    const { instructions } = telephony
    if (!instructions?.awaitsInstructions(webhook)) {
      return { reply: instructions?.acknowledge() ?? RECEIVED, after: () => onEvent(accepted) }
    }
    const eventId = `${accepted.tenantId} ${accepted.provider} ${accepted.event.eventId}`
    const former = replies.find(eventId)
    if (former) return { reply: await former }
    const pending = createPendingReply({ hangUp: instructions.hangUp(), deadlineMs: instructionMs })
    replies.keep(eventId, pending.reply)
    onEvent({ ...accepted, reply: pending })
    return { reply: await pending.reply }
  }

  router.post(
    '/:provider/:tenantId{/:path}',
    express.raw({ type: () => true, limit: MAX_BODY }),
    async (request, response) => {
      const { provider, tenantId, path = '' } = request.params as { provider: string; tenantId: string; path?: string }
      const telephony = registry.has(provider) ? registry.get(provider).telephony : undefined
      if (!telephony) {
        response.status(404).json({ error: 'There is no carrier of this name.', code: 'unknown_carrier' })
        return
      }
      const paths = telephony.webhookPaths ?? ['']
      if (!paths.includes(path)) {
        const known = paths.map((name) => `/webhooks/${provider}/${tenantId}${name && `/${name}`}`)
        const error = `This carrier has no webhook here. Its webhooks are ${known.join(' and ')}.`
        response.status(404).json({ error, code: 'unknown_webhook' })
        return
      }
      const warn = (reason: string) =>
        payload.logger.warn({ event: 'webhook.refused', provider, tenantId, reason, msg: 'A webhook was refused' })
      const refuse = (status: number, reason: string) => {
        warn(reason)
        const error = 'The signature of this webhook is not valid.'
        response.status(status).json({ error, code: 'invalid_signature' })
      }

      const credentials = await findCredentials({ payload, tenantId, provider })
      if (!credentials) {
        // What the carrier's own plugin would say to a signature that is none.
        refuse(refusalStatusOf(telephony), 'the tenant has no credentials of this carrier')
        return
      }
      const webhook: WebhookRequest = {
        path,
        headers: request.headers,
        rawBody: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
        url: `${environment.publicUrl}${request.originalUrl}`,
      }
      const verdict = telephony.verifyWebhook(webhook, credentials, Date.now())
      if (!verdict.ok) {
        refuse(verdict.status, verdict.reason)
        return
      }
      const event = readEvent(telephony, webhook)
      if ('problem' in event) {
        warn(event.problem)
        const error = 'The body is not an event that this carrier documents.'
        response.status(400).json({ error, code: 'malformed_event' })
        return
      }
      const { reply, after } = await answer({ provider, tenantId, credentials, event }, telephony, webhook)
      send(response, reply)
      after?.()
    },
  )
  router.use(createErrorHandler(payload))
  return router
}

const RECEIVED: WebhookReply = { status: 200, contentType: 'application/json', body: '{"received":true}' }

const send = (response: Response, { status, contentType, body }: WebhookReply) =>
  response.status(status).type(contentType).send(body)

/** The contract's status for a webhook that is not genuine: 403 where the carrier takes instructions (TwiML), else 401. */
const refusalStatusOf = ({ instructions }: TelephonyCapability): 401 | 403 => (instructions ? 403 : 401)

const readEvent = (telephony: TelephonyCapability, webhook: WebhookRequest): TelephonyEvent | { problem: string } => {
  try {
    return telephony.parseWebhook(webhook)
  } catch (error) {
    return { problem: error instanceof SyntaxError ? error.message : 'the body could not be read' }
  }
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
