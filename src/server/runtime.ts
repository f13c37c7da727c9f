/** What changes in a live call: where it stands, what is said, how long an answer took. */
export type LiveCallEvent = {
  type: 'state' | 'transcript' | 'latency'
  /** `state`: `status`, and `endedReason` at the end; else an entry of the record with its `index`. */
  data: Readonly<Record<string, unknown>>
}

export type LiveCallListener = {
  onEvent(event: LiveCallEvent): void
  /** Nothing follows. */
  onEnd(): void
}

/** What a live call offers to the rest of the process. */
export type LiveCall = {
  callId: string
  tenantId: string
  /** Ends the call; resolves when its record is closed. */
  end(reason: 'operator-hangup' | 'shutdown', farewell?: string): Promise<void>
  /** Tells at once how it stands, then what changes. @returns stops it */
  follow?(listener: LiveCallListener): () => void
}

/** An outbound call as it was asked for. */
export type OutboundCallRequest = {
  tenantId: number | string
  /** Id of the agent. */
  agent: number | string
  /** E.164. */
  to: string
  /** E.164; one of the tenant's numbers, by default one of the agent's. */
  from?: string
  /** Values of the prompt's own variables. */
  variables: Readonly<Record<string, string>>
  machineDetection: 'off' | 'hang-up' | 'leave-message'
  voicemailMessage?: string
  ringSeconds: number
}

/** The live state of this process. One per process, shared by the server's and Next's module graphs. */
export type Runtime = {
  liveCalls: Map<string, LiveCall>
  /** True from SIGTERM on: no new calls. */
  isDraining: boolean
  /**
   * Dials; resolves with the id of the call's record once the carrier took it. Absent in a process without telephony.
   * @throws ApiError when the call cannot be placed
   */
  placeCall?: ((request: OutboundCallRequest) => Promise<number | string>) | undefined
}

const RUNTIME = Symbol.for('patchbay.runtime')

/** The one accessor of the process-wide live state; made on first use. */
export function getRuntime(): Runtime {
  const holder = globalThis as { [RUNTIME]?: Runtime }
  holder[RUNTIME] ??= { liveCalls: new Map(), isDraining: false }
  return holder[RUNTIME]
}
