import { describe, expect, it } from '@jest/globals'
import { createHandOver } from './hand-over.ts'

const COLLEAGUE = '+14155550177'

describe('a hand-over', () => {
  it('should end when the carrier connected the caller, who then is the carrier’s', async () => {
    const handOver = createHandOver({ lateMs: 5, outcomeMs: 10_000 })
    const outcome = handOver.begin(COLLEAGUE)
    expect([handOver.isPending, handOver.hasCaller]).toEqual([true, false])
    handOver.onConnected()
    expect(await outcome).toEqual({ kind: 'connected', to: COLLEAGUE })
    expect([handOver.isPending, handOver.hasCaller, handOver.connectedTo]).toEqual([false, true, COLLEAGUE])
    handOver.onFailed('too late')
    expect(handOver.connectedTo).toBe(COLLEAGUE)
    expect(() => handOver.begin(COLLEAGUE)).toThrow(/already/)
  })

  it('should leave the caller here where it failed, and may be tried again', async () => {
    const handOver = createHandOver({ lateMs: 5, outcomeMs: 10_000 })
    const outcome = handOver.begin(COLLEAGUE)
    expect(() => handOver.begin(COLLEAGUE)).toThrow(/already/)
    handOver.onFailed('busy')
    expect(await outcome).toEqual({ kind: 'failed', to: COLLEAGUE, reason: 'busy' })
    expect([handOver.isPending, handOver.hasCaller]).toEqual([false, false])
    const again = handOver.begin(COLLEAGUE)
    handOver.onEnded()
    expect(await again).toEqual({ kind: 'ended' })
  })

  it('should wait a moment after the end of the call for what came of it', async () => {
    const late = createHandOver({ lateMs: 10_000, outcomeMs: 10_000 })
    const outcome = late.begin(COLLEAGUE)
    late.onCallEnded()
    late.onFailed('busy')
    expect(await outcome).toMatchObject({ kind: 'failed', reason: 'busy' })
    const silent = createHandOver({ lateMs: 5, outcomeMs: 10_000 })
    const nothing = silent.begin(COLLEAGUE)
    silent.onCallEnded()
    expect(await nothing).toEqual({ kind: 'ended' })
  })

  it('should count a silent carrier as having the caller where it took the stream, else not', async () => {
    const silent = createHandOver({ lateMs: 5, outcomeMs: 5 })
    expect(await silent.begin(COLLEAGUE)).toMatchObject({ kind: 'failed' })
    const taken = createHandOver({ lateMs: 5, outcomeMs: 5 })
    const outcome = taken.begin(COLLEAGUE)
    taken.onStreamTaken()
    expect(taken.hasCaller).toBe(true)
    expect(await taken.settled()).toEqual(await outcome)
    expect(await outcome).toEqual({ kind: 'connected', to: COLLEAGUE })
  })
})
