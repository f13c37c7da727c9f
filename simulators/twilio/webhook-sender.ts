import { randomUUID } from 'node:crypto'
import type { TwilioAccount } from './account.ts'

export type WebhookDelivery = {
  /** The same for the tries and the duplicates of one event; sent as I-Twilio-Idempotency-Token. */
  eventId: string
  /** `voice`, `initiated`, `ringing`, `answered`, `completed`, `amd`, `stream` or `dial`. */
  eventType: string
  /** Named as on other carriers; it is the call's SID. */
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
  /** What was answered, and as what. */
  answer?: string
  contentType?: string
}

export type WebhookEvent = {
  account: TwilioAccount
  url: string
  eventType: string
  callSid: string
  parameters: Readonly<Record<string, string>>
}

export type WebhookTimes = {
  /** From the event to its first delivery, in ms. */
  webhookMs: number
  /** Pauses before each further attempt after no connection, in ms; an answer of any kind is never asked for again. */
  webhookRetriesMs: readonly number[]
  /** How long an answer may take, in ms. */
  webhookTimeoutMs: number
}

export type WebhookSender = {
  /** Counts something as under way. */
  track<T>(promise: Promise<T>): Promise<T>
  /** Delivers an event and gives its last delivery, answered or not; undefined once closed. */
  send(event: WebhookEvent): Promise<WebhookDelivery | undefined>
  /** Sends a delivery again, byte for byte, signature included. */
  replay(delivery: WebhookDelivery): Promise<WebhookDelivery>
  /** Resolves when nothing is under way any more, retries included. */
  settled(): Promise<void>
  readonly deliveries: readonly WebhookDelivery[]
  close(): void
}

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
 * Delivers webhooks as Twilio does: form-encoded, signed, tried again where no connection was had.
 * Sources: https://www.twilio.com/docs/usage/security#validating-requests,
 * https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides (one more try, 15 s for an answer)
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
      delivery.contentType = response.headers.get('content-type') ?? ''
      delivery.answer = await response.text()
    } catch (error) {
      delivery.failure ??= error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'no-connection'
    }
    return delivery
  }

  const write = (event: WebhookEvent, eventId: string, attempt: number): WebhookDelivery => {
    const { account, url, eventType, callSid, parameters } = event
    const headers = {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'x-twilio-signature': account.sign(url, parameters),
      'i-twilio-idempotency-token': eventId,
      'user-agent': 'TwilioProxy/1.1',
    }
    const body = new URLSearchParams(parameters).toString()
    return { eventId, eventType, callControlId: callSid, attempt, at: Date.now(), url, headers, body }
  }

  const deliver = async (event: WebhookEvent, eventId: string): Promise<WebhookDelivery | undefined> => {
    let last: WebhookDelivery | undefined
    for (const [index, delayMs] of [0, ...webhookRetriesMs].entries()) {
      if (delayMs > 0) await pause(delayMs, closing.signal)
      if (closing.signal.aborted) return undefined
      last = await post(write(event, eventId, index + 1))
      if (last.failure !== 'no-connection') return last
    }
    return last
  }

  const track = <T>(promise: Promise<T>): Promise<T> => {
    underWay.add(promise)
    promise.finally(() => underWay.delete(promise))
    return promise
  }

  const sendLater = async (event: WebhookEvent): Promise<WebhookDelivery | undefined> => {
    const eventId = randomUUID()
    const { delayMs, duplicates = 0 } = event.account.webhookFaults
    const holdMs = webhookMs + (delayMs?.[event.eventType] ?? 0)
    if (holdMs > 0) await pause(holdMs, closing.signal)
    const [first] = await Promise.all(Array.from({ length: 1 + duplicates }, () => deliver(event, eventId)))
    return closing.signal.aborted ? undefined : first
  }

  return {
    track,
    send: (event) => track(sendLater(event)),
    replay: ({ status: _status, failure: _failure, answeredInMs: _answered, answer: _answer, ...original }) =>
      track(post({ ...original, at: Date.now() })),
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay)
    },
    deliveries,
    close: () => closing.abort(),
  }
}
