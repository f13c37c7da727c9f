import { randomUUID } from 'node:crypto'
import type { TelnyxAccount } from './account.ts'

export type WebhookDelivery = {
  eventId: string
  eventType: string
  callControlId: string
  /** 1 for the first. */
  attempt: number
  /** Ms since the epoch. */
  at: number
  url: string
  headers: Readonly<Record<string, string>>
  body: string
  /** HTTP status of the answer, once there is one. */
  status?: number
  /** Set instead of a status when none came. */
  failure?: 'timeout' | 'no-connection'
  /** From sending until the answer's status line, in ms. */
  answeredInMs?: number
}

export type WebhookEvent = {
  account: TelnyxAccount
  /** Of this call; default the account's. */
  url?: string
  eventType: string
  callControlId: string
  payload: Record<string, unknown>
}

export type WebhookSender = {
  /** Delivers an event at least once; does not wait. Without a webhook URL nothing is sent. */
  send(event: WebhookEvent): void
  /** Sends a delivery again, byte for byte, signature and timestamp included. */
  replay(delivery: WebhookDelivery): Promise<WebhookDelivery>
  /** Resolves when nothing is under way any more, retries included. */
  settled(): Promise<void>
  readonly deliveries: readonly WebhookDelivery[]
  close(): void
}

export type WebhookTimes = {
  /** From the event to its first delivery, in ms. */
  webhookMs: number
  /** Pauses before each further attempt after an answer that is not 2xx, in ms. */
  webhookRetriesMs: readonly number[]
  /** How long an answer may take, in ms. */
  webhookTimeoutMs: number
}

const urlOf = ({ url, account }: WebhookEvent): string | undefined => url ?? account.webhookUrl

/** The flat format of API v1, in which the names of the events have underscores. */
const toV1 = ({ eventType, payload }: WebhookEvent, eventId: string, occurredAt: string) => ({
  record_type: 'event',
  id: eventId,
  event_type: eventType.replaceAll('.', '_'),
  created_at: occurredAt,
  payload: { ...payload, occurred_at: occurredAt },
})

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, ms)
    signal.addEventListener('abort', finish)
  })

/**
 * Delivers signed webhooks at least once, each on its own, so that they may overtake each other.
 * Source: https://developers.telnyx.com/docs/development/api-fundamentals/webhooks/receiving-webhooks
 */
export function createWebhookSender({ webhookMs, webhookRetriesMs, webhookTimeoutMs }: WebhookTimes): WebhookSender {
  const deliveries: WebhookDelivery[] = []
  const underWay = new Set<Promise<unknown>>()
  const closing = new AbortController()

  const post = async (delivery: WebhookDelivery): Promise<WebhookDelivery> => {
    deliveries.push(delivery)
    const startedAt = performance.now()
    try {
      const response = await fetch(delivery.url, {
        method: 'POST',
        headers: delivery.headers,
        body: delivery.body,
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(webhookTimeoutMs)]),
      })
      delivery.answeredInMs = performance.now() - startedAt
      delivery.status = response.status
      await response.arrayBuffer()
    } catch (error) {
      delivery.failure ??= error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'no-connection'
    }
    return delivery
  }

  const sign = (event: WebhookEvent, eventId: string, occurredAt: string, attempt: number): WebhookDelivery => {
    const { account, eventType, callControlId, payload } = event
    const url = urlOf(event) ?? ''
    const envelope = {
      data: { record_type: 'event', event_type: eventType, id: eventId, occurred_at: occurredAt, payload },
      meta: { attempt, delivered_to: url },
    }
    const body = JSON.stringify(account.webhookApiVersion === '1' ? toV1(event, eventId, occurredAt) : envelope)
    const offset = account.webhookFaults.timestampOffsetSeconds ?? 0
    const timestamp = String(Math.floor(Date.now() / 1000) + offset)
    const headers = {
      'content-type': 'application/json',
      'telnyx-timestamp': timestamp,
      'telnyx-signature-ed25519': account.sign(timestamp, body),
      'user-agent': 'telnyx-webhooks',
    }
    return { eventId, eventType, callControlId, attempt, at: Date.now(), url, headers, body }
  }

  const deliver = async (event: WebhookEvent, eventId: string, occurredAt: string) => {
    for (const [index, delayMs] of [0, ...webhookRetriesMs].entries()) {
      if (delayMs > 0) await pause(delayMs, closing.signal)
      if (closing.signal.aborted || urlOf(event) === undefined) return
      const { status = 0 } = await post(sign(event, eventId, occurredAt, index + 1))
      if (status >= 200 && status < 300) return
    }
  }

  const track = <T>(promise: Promise<T>): Promise<T> => {
    underWay.add(promise)
    promise.finally(() => underWay.delete(promise))
    return promise
  }

  const sendLater = async (event: WebhookEvent) => {
    const eventId = randomUUID()
    const occurredAt = new Date().toISOString().replace('Z', '000Z')
    const { delayMs, duplicates = 0 } = event.account.webhookFaults
    const holdMs = webhookMs + (delayMs?.[event.eventType] ?? 0)
    if (holdMs > 0) await pause(holdMs, closing.signal)
    await Promise.all(Array.from({ length: 1 + duplicates }, () => deliver(event, eventId, occurredAt)))
  }

  return {
    send: (event) => void track(sendLater(event)),
    replay: (delivery) => {
      const { status: _status, failure: _failure, answeredInMs: _answered, ...original } = delivery
      return track(post({ ...original, at: Date.now() }))
    },
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay)
    },
    deliveries,
    close: () => closing.abort(),
  }
}
