/** What a call's `client_state` says: which dial made it, or whose transfer it is the new leg of. */
export type ClientState = { kind: 'dial'; commandId: string } | { kind: 'transfer'; carrierCallId: string }

const PREFIX = { dial: 'dial:', transfer: 'transfer:' } as const

/**
 * A state as Telnyx wants it, base64; it comes back in every webhook of the call.
 * Source: https://developers.telnyx.com/api-reference/call-commands/dial
 */
export const writeClientState = (state: ClientState): string => {
  const text = state.kind === 'dial' ? state.commandId : state.carrierCallId
  return Buffer.from(`${PREFIX[state.kind]}${text}`).toString('base64')
}

/** Reads a state of ours; undefined for any other. */
export function readClientState(value: unknown): ClientState | undefined {
  if (typeof value !== 'string') return undefined
  const text = Buffer.from(value, 'base64').toString('utf8')
  if (text.startsWith(PREFIX.dial)) return { kind: 'dial', commandId: text.slice(PREFIX.dial.length) }
  if (text.startsWith(PREFIX.transfer)) return { kind: 'transfer', carrierCallId: text.slice(PREFIX.transfer.length) }
  return undefined
}
