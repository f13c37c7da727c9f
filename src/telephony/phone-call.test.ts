import { describe, expect, it } from '@jest/globals'
import { DEFAULT_TELEPHONY_DEADLINES } from './deadlines.ts'
import type { PhoneCallOptions } from './phone-call-options.ts'
import { PhoneCall } from './phone-call.ts'

/** A call that is dialled, of which its carrier says nothing by itself. */
const dialOne = async ({ dialQueueMs, answerMs }: { dialQueueMs: number; answerMs: number }) => {
  const did: string[] = []
  const call = new PhoneCall({
    provider: 'carrier',
    tenant: 1,
    record: { id: 1, callId: 'c1' },
    deadlines: { ...DEFAULT_TELEPHONY_DEADLINES, dialQueueMs, answerMs },
    client: {
      dial: async () => ({ carrierCallId: 'x' }),
      hangUp: async () => void did.push('hang-up'),
    },
    progress: { note: () => {}, forget: async () => {} },
    log: () => {},
    onClosed: async ({ endedReason }: { endedReason: string }) => void did.push(endedReason),
  } as unknown as PhoneCallOptions)
  await call.dial({ to: '+1', from: '+1', webhookUrl: '', detectMachine: false, ringSeconds: 0.01 })
  return { call, did }
}
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('a call that goes out', () => {
  it('should wait for its turn at the carrier, and from the ringing on for the answer alone', async () => {
    const queued = await dialOne({ dialQueueMs: 10_000, answerMs: 10 })
    await pause(60)
    expect(queued.did).toEqual([])
    queued.call.onRinging()
    await queued.call.closed
    expect(queued.did).toEqual(['hang-up', 'carrier-failed'])
  })

  it('should end where the carrier never says anything', async () => {
    const { call, did } = await dialOne({ dialQueueMs: 10, answerMs: 10 })
    await call.closed
    expect(did).toEqual(['hang-up', 'carrier-failed'])
  })
})
