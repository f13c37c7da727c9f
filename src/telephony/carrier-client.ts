import type { ProviderContext, TelephonyCapability, TelephonyClient } from '../provider-kit/index.ts'
import { createInstructedClient, createReplySlot } from './instructed-client.ts'
import type { ReplySlot } from './instructed-client.ts'
import type { PendingReply } from './pending-reply.ts'

/** The commands of one call, whichever way its carrier takes them. */
export type CarrierClient = {
  client: TelephonyClient
  replies: ReplySlot
  /** Whether the carrier asks what to do instead of being told. */
  isInstructed: boolean
}

type CarrierClientOptions = {
  provider: string
  telephony: TelephonyCapability
  context: ProviderContext<Record<string, string>>
  /** The webhook that waits already. */
  reply?: PendingReply
}

export function createCarrierClient({ provider, telephony, context, reply }: CarrierClientOptions): CarrierClient {
  const client = telephony.createClient(context)
  const replies = createReplySlot(reply)
  const { instructions } = telephony
  return {
    client: instructions ? createInstructedClient({ provider, client, instructions, replies }) : client,
    replies,
    isInstructed: instructions !== undefined,
  }
}
