import type { WebhookReply } from '../provider-kit/index.ts'

/** What webhooks were answered with, so that one that is delivered again gets the same answer and has no other effect. */
export type ReplyMemory = {
  find(eventId: string): Promise<WebhookReply> | undefined
  keep(eventId: string, reply: Promise<WebhookReply>): void
}

/**
 * @param options.lifetimeMs how long an answer is kept; longer than a carrier tries again
 * @param options.capacity answers kept at most, the oldest go first
 */
export function createReplyMemory({
  lifetimeMs,
  capacity,
  now = Date.now,
}: {
  lifetimeMs: number
  capacity: number
  now?: () => number
}): ReplyMemory {
  const kept = new Map<string, { reply: Promise<WebhookReply>; since: number }>()
  return {
    find(eventId) {
      const entry = kept.get(eventId)
      return entry && now() - entry.since < lifetimeMs ? entry.reply : undefined
    },
    keep(eventId, reply) {
      const since = now()
      kept.delete(eventId)
      kept.set(eventId, { reply, since })
      for (const [oldest, entry] of kept) {
        if (kept.size <= capacity && since - entry.since < lifetimeMs) break
        kept.delete(oldest)
      }
    },
  }
}
