import type { WebhookReply } from '../provider-kit/index.ts'
import { createDeferred } from './deferred.ts'

/** The answer to a webhook that waits for what is decided about its call. */
export type PendingReply = {
  /** Resolves with the answer. */
  readonly reply: Promise<WebhookReply>
  readonly isSettled: boolean
  /** @returns false when it was answered before */
  settle(reply: WebhookReply): boolean
  /** Answers with the hang-up, if nothing was decided. */
  giveUp(): void
}

/**
 * @param options.deadlineMs how long the carrier may wait; past it, it is told to hang up
 */
export function createPendingReply({ hangUp, deadlineMs }: { hangUp: WebhookReply; deadlineMs: number }): PendingReply {
  const { promise, resolve } = createDeferred<WebhookReply>()
  let isSettled = false
  const settle = (reply: WebhookReply): boolean => {
    if (isSettled) return false
    isSettled = true
    clearTimeout(timer)
    resolve(reply)
    return true
  }
  const timer = setTimeout(() => settle(hangUp), deadlineMs)
  return {
    reply: promise,
    get isSettled() {
      return isSettled
    },
    settle,
    giveUp: () => void settle(hangUp),
  }
}
