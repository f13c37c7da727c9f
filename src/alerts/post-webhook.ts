import type { Payload } from 'payload'
import type { DocumentId } from '../access/index.ts'
import { compositionOf } from '../composition.ts'
import { isLoopbackHost } from '../env/index.ts'
import { createGuardedFetch, isNetworkError } from '../net/index.ts'
import type { DestinationRules } from '../net/index.ts'
import { openTenantSecrets } from '../vault/index.ts'
import type { DeliveryOutcome } from './alert-record.ts'
import { signWebhook } from './sign-webhook.ts'
import { FORMER_SECRET_MS, WEBHOOK_TIMEOUT_MS, fromNow } from './timing.ts'
import type { WebhookMessage } from './webhook-message.ts'

/** Nothing of the answer but its status is looked at. */
const MAX_ANSWER_BYTES = 16 * 1024

/** What a workspace may name as its webhook on this installation. */
export function destinationRulesOf(payload: Payload): DestinationRules {
  const { publicUrl, privateDestinations } = compositionOf(payload).environment
  return { allowsHttp: isLoopbackHost(new URL(publicUrl).hostname), opened: privateDestinations }
}

type PostOptions = {
  payload: Payload
  tenant: DocumentId
  url: string
  message: WebhookMessage
  timeoutMs?: number
  signal?: AbortSignal
}

/**
 * Sends one signed message to a workspace's webhook, once. Whatever goes wrong becomes an outcome.
 * @throws VaultError `wrong_encryption_key` where the signing secret cannot be opened on this installation
 */
export async function postWebhook(options: PostOptions): Promise<DeliveryOutcome> {
  const { payload, tenant, url, message, timeoutMs = WEBHOOK_TIMEOUT_MS, signal } = options
  const opened = await openTenantSecrets({ payload, tenant, name: 'alert-webhook', graceMs: FORMER_SECRET_MS })
  const at = fromNow(0)
  if (opened.length === 0) return { at, ok: false, status: 'not-set-up' }
  const timestamp = Math.floor(Date.now() / 1000)
  const signature = signWebhook({ ...message, timestamp, secrets: opened.map(({ value }) => value) })
  const send = createGuardedFetch({ ...destinationRulesOf(payload), timeoutMs, maxBytes: MAX_ANSWER_BYTES })
  try {
    const { status } = await send(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'Patchbay', ...signature },
      body: message.body,
      signal,
    })
    return { at, ok: status >= 200 && status < 300, status }
  } catch (error) {
    if (!isNetworkError(error)) throw error
    payload.logger.info({ tenantId: tenant, reason: error.reason, msg: 'A webhook was not reached' })
    return { at, ok: false, status: 'unreachable' }
  }
}
