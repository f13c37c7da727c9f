import { compositionOf } from '../composition.ts'
import { applyCarrierEvent } from './apply-carrier-event.ts'
import { createInboundCalls } from './inbound-calls.ts'
import { callKeyOf } from './open-calls.ts'
import type { CallSurroundings, OpenCalls } from './open-calls.ts'
import type { OutboundCalls } from './outbound-calls.ts'
import { createRecentIds } from './recent-ids.ts'
import { createSerialQueue } from './serial-queue.ts'
import type { AcceptedWebhook } from './webhook-router.ts'

export type CarrierEvents = {
  /** Takes a genuine webhook; works on it afterwards, in the order of each call's events. */
  take(webhook: AcceptedWebhook): void
  /** Resolves when no event is being worked on. */
  idle(): Promise<void>
}

type CarrierEventsOptions = CallSurroundings & { calls: OpenCalls; outbound: OutboundCalls }

/** Longer than a signature is accepted for, so that a replay within that time finds its id remembered. */
const EVENT_MEMORY_MS = 15 * 60 * 1000
const EVENT_MEMORY_SIZE = 50_000

/** Brings carriers' events to the calls they are about; the first of a call that comes in begins it. */
export function createCarrierEvents(options: CarrierEventsOptions): CarrierEvents {
  const { payload, calls, outbound } = options
  const { registry } = compositionOf(payload)
  const queue = createSerialQueue()
  const seenEvents = createRecentIds({ lifetimeMs: EVENT_MEMORY_MS, capacity: EVENT_MEMORY_SIZE })
  const endedEarly = createRecentIds({ lifetimeMs: EVENT_MEMORY_MS, capacity: EVENT_MEMORY_SIZE })
  const begin = createInboundCalls(options)

  const handle = async (webhook: AcceptedWebhook): Promise<void> => {
    const { event } = webhook
    const key = keyOf(webhook)
    const isInbound = event.type === 'call-initiated' && event.direction === 'inbound'
    // The event of a call of ours may be faster than the answer to its dial.
    if (!isInbound && !calls.find(key)) await outbound.dialled(webhook)
    const open = calls.find(key)
    if (event.type === 'call-ended') endedEarly.add(key)
    if (open) {
      open.replies.put(webhook.reply)
      await applyCarrierEvent({ payload, open, event })
    } else if (isInbound) {
      // A hang-up that overtook its own call: there is nobody left to answer.
      if (endedEarly.add(key)) await begin(webhook, event)
    } else if (event.dialCommandId && isStray({ dialCommandId: event.dialCommandId, type: event.type, key })) {
      await hangUpStray(webhook)
    }
  }

  /** Whether nobody is here to talk: the dial seemed to have failed, or a process made it that is gone. */
  const isStray = ({ dialCommandId, type, key }: { dialCommandId: string; type: string; key: string }): boolean =>
    (outbound.wasGivenUp(dialCommandId) && type !== 'call-ended') || (type === 'call-answered' && !calls.wasOpen(key))

  const hangUpStray = async ({ provider, credentials, event }: AcceptedWebhook): Promise<void> => {
    const { telephony } = registry.require(provider, 'telephony')
    const client = telephony.createClient(registry.contextFor(provider, credentials))
    const { carrierCallId, dialCommandId } = event
    await client.hangUp({ carrierCallId, commandId: `${dialCommandId}-stray` })
  }

  return {
    take(webhook) {
      const { provider, tenantId, event, reply } = webhook
      if (event.type === 'ignored' || !seenEvents.add(`${tenantId} ${provider} ${event.eventId}`)) {
        reply?.giveUp()
        return
      }
      queue
        .run(keyOf(webhook), () => handle(webhook))
        .catch((error: unknown) => {
          const msg = 'A webhook could not be worked on'
          payload.logger.error({ err: error, provider, tenantId, eventType: event.type, msg })
        })
        // What nobody decided about is not left waiting.
        .finally(() => reply?.giveUp())
    },
    idle: queue.idle,
  }
}

const keyOf = ({ provider, tenantId, event }: AcceptedWebhook): string =>
  callKeyOf({ tenantId, provider, carrierCallId: event.carrierCallId })
