import type { EndedReason } from '../ended-reason.ts'
import type { CallSummary } from '../types.ts'
import type { TestCall } from './test-call.ts'

/** Ends a call and runs the clock until nothing of it is left. */
export async function endCall(call: TestCall, reason: EndedReason = 'caller-hangup'): Promise<CallSummary> {
  const ended = call.session.end(reason)
  await call.clock.until(() => call.clock.listeners() === 0, 6_000)
  return ended
}

/** Runs the clock until the agent has begun to speak and was heard to the end. */
export async function untilSpoken(call: TestCall): Promise<void> {
  const before = call.carrier.frames.length
  await call.clock.until(() => call.carrier.frames.length > before)
  await call.clock.until(call.carrier.isSilent)
  await call.clock.advance(100)
}
