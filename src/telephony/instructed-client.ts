import { ProviderError } from '../provider-kit/index.ts'
import type { TelephonyClient, WebhookInstructions, WebhookReply } from '../provider-kit/index.ts'
import type { PendingReply } from './pending-reply.ts'

/** The webhook of a call that waits for its answer now, if one does. */
export type ReplySlot = {
  put(reply: PendingReply | undefined): void
  /** @returns false when none waits any more */
  settle(reply: WebhookReply): boolean
}

/** @param first the webhook that made the call known, if it waits */
export function createReplySlot(first?: PendingReply): ReplySlot {
  let current = first
  return {
    put(reply) {
      current = reply ?? current
    },
    settle: (reply) => current?.settle(reply) ?? false,
  }
}

type InstructedClientOptions = {
  provider: string
  client: TelephonyClient
  instructions: WebhookInstructions
  replies: ReplySlot
}

/**
 * Commands to a carrier that takes its instructions as the answer to a webhook: `startStream` and `reject` become the
 * answer that waits, so does a hang-up while one waits; everything else goes to the carrier's own commands. There is
 * nothing to `answer`: the stream does it.
 */
export function createInstructedClient({
  provider,
  client,
  instructions,
  replies,
}: InstructedClientOptions): TelephonyClient {
  const hangUp: TelephonyClient['hangUp'] = async (command) => {
    if (!replies.settle(instructions.hangUp())) await client.hangUp(command)
  }
  return {
    ...client,
    answer: async () => {},
    hangUp,
    async reject(command) {
      if (!replies.settle(instructions.reject({ cause: command.cause }))) await hangUp(command)
    },
    async startStream({ streamUrl }) {
      if (replies.settle(instructions.startStream({ streamUrl }))) return
      const message = 'The carrier had waited too long for what to do with the call, and was told to hang up.'
      throw new ProviderError({ provider, kind: 'timeout', message })
    },
  }
}
