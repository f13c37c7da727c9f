/** What a live call offers to the rest of the process. */
export type LiveCall = {
  callId: string
  tenantId: string
  /** Ends the call; resolves when its record is closed. */
  end(reason: 'operator-hangup' | 'shutdown', farewell?: string): Promise<void>
}

/** The live state of this process. One per process, shared by the server's and Next's module graphs. */
export type Runtime = {
  liveCalls: Map<string, LiveCall>
  /** True from SIGTERM on: no new calls. */
  isDraining: boolean
}

const RUNTIME = Symbol.for('patchbay.runtime')

/** The one accessor of the process-wide live state; made on first use. */
export function getRuntime(): Runtime {
  const holder = globalThis as { [RUNTIME]?: Runtime }
  holder[RUNTIME] ??= { liveCalls: new Map(), isDraining: false }
  return holder[RUNTIME]
}
