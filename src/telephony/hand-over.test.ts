import { describe, expect, it } from '@jest/globals'
import { createHandOver } from './hand-over.ts'

const COLLEAGUE = '+14155550177'

describe('a hand-over', () => {
  it('should end when the carrier connected the caller, who then is the carrier’s', async () => {
    const handOver = createHandOver({ outcomeMs: 10_000 })
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
    const handOver = createHandOver({ outcomeMs: 10_000 })
    const outcome = handOver.begin(COLLEAGUE)
    expect(() => handOver.begin(COLLEAGUE)).toThrow(/already/)
    handOver.onFailed('busy')
    expect(await outcome).toEqual({ kind: 'failed', to: COLLEAGUE, reason: 'busy' })
    expect([handOver.isPending, handOver.hasCaller]).toEqual([false, false])
    const again = handOver.begin(COLLEAGUE)
    handOver.onEnded()
    expect(await again).toEqual({ kind: 'ended' })
  })

  it('should count a silent carrier as having the caller where it took the stream, else not', async () => {
    const silent = createHandOver({ outcomeMs: 5 })
    expect(await silent.begin(COLLEAGUE)).toMatchObject({ kind: 'failed' })
    const taken = createHandOver({ outcomeMs: 5 })
    const outcome = taken.begin(COLLEAGUE)
    taken.onStreamTaken()
    expect(taken.hasCaller).toBe(true)
    expect(await taken.settled()).toEqual(await outcome)
    expect(await outcome).toEqual({ kind: 'connected', to: COLLEAGUE })
  })
})
