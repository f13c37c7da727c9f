import { createCallHandle as createHandle } from '../carrier-kit/call-handle.ts'
import type { CallHandle as SharedCallHandle } from '../carrier-kit/call-handle.ts'
import type { CarrierCall } from './carrier-call.ts'
import type { Problem } from './problems.ts'

/** A call as tests hold it, and Twilio's own view of it. */
export type CallHandle = SharedCallHandle & {
  /** Twilio's word for where the call stands. */
  readonly status: string
  /** What Twilio would log of this call: documents and frames that it did not take. */
  readonly problems: readonly Problem[]
}

/** Makes the handle that tests and the bench hold. */
export const createCallHandle = (call: CarrierCall): CallHandle =>
  Object.defineProperties(createHandle(call, call.callSid), {
    status: { enumerable: true, get: () => call.status },
    problems: { enumerable: true, value: call.problems },
  }) as CallHandle
