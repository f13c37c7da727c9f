/** To whom a call may be handed. */
export type TransferDestination = {
  /** What the model calls it by. */
  name: string
  /** E.164. */
  number: string
  /** When to hand a call there, in the words of whoever made the agent. */
  when?: string
}

/** A tool as an agent's owner set it up. */
export type AgentTool =
  | { type: 'end-call'; when?: string }
  | { type: 'transfer-call'; destinations: readonly TransferDestination[] }
  | { type: 'send-digits' }
  /** @param provider whose search it is, with the tenant's own key */
  | { type: 'web-search'; provider: string }
