import { setImmediate as nextTick } from 'node:timers/promises'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { LlmFault, LlmRecord, LlmSimulator, Script, StreamLatencies } from '../index.ts'

/** One answer as an official SDK read it. */
export type SdkAnswer = { pieces: string[]; reason: string | null | undefined; outputTokens: number | undefined }

type DescribeWithSdkOptions = {
  /** The SDK's package and version. */
  sdk: string
  key: string
  start(options: { latencies?: Partial<StreamLatencies>; script?: Script }): Promise<LlmSimulator>
  /** Asks by the SDK, streamed; `onPiece` after each piece of text. */
  stream(options: {
    origin: string
    key: string
    text: string
    signal?: AbortSignal
    onPiece?(): void
  }): Promise<SdkAnswer>
  /** The reason of a finished answer, in the provider's words. */
  stopReason: string
  /** The status that each fault of the server has. */
  statuses: Readonly<Record<'unauthorized' | 'out-of-credit' | 'rate-limit' | 'overloaded' | 'server-error', number>>
}

/** That a simulator answers as its provider's own SDK expects, streams in time, and records what was asked. */
export function describeWithSdk(options: DescribeWithSdkOptions): void {
  const { key, stream, stopReason, statuses } = options
  let simulator: LlmSimulator
  afterEach(() => simulator.close())
  const start = async (settings: { latencies?: Partial<StreamLatencies>; script?: Script } = {}) => {
    simulator = await options.start(settings)
    return simulator.origin
  }
  const last = () => simulator.requests.at(-1) as LlmRecord

  describe(`the simulator by ${options.sdk}`, () => {
    it('should stream an answer token by token and close with the usage', async () => {
      const answer = await stream({ origin: await start(), key, text: 'Tell me about whales.' })
      expect(answer.pieces.join('')).toMatch(/^You said: Tell me about whales\. Let me tell you a little more/)
      expect(answer.pieces.length).toBeGreaterThan(20)
      expect(answer).toMatchObject({ reason: stopReason, outputTokens: answer.pieces.length })
      expect(await last().ended).toBe('completed')
      expect([...simulator.seenKeys]).toEqual([key])
    })

    it('should refuse a key that it does not know', async () => {
      const asking = stream({ origin: await start(), key: 'constructor', text: 'Hi' })
      await expect(asking).rejects.toMatchObject({ status: statuses.unauthorized })
      expect(last().outcome).toBe('refused')
    })

    it.each(Object.entries(statuses))('should answer the fault %s with %i as often as asked', async (fault, status) => {
      const origin = await start()
      simulator.setFault(fault as LlmFault, { times: 1 })
      await expect(stream({ origin, key, text: 'Hi' })).rejects.toMatchObject({ status })
      expect(last().outcome).toBe('faulted')
      expect((await stream({ origin, key, text: 'Hi' })).reason).toBe(stopReason)
    })

    it('should fail for one key alone, until that is lifted', async () => {
      const origin = await start()
      simulator.setFault('server-error', { key: 'another' })
      expect((await stream({ origin, key, text: 'Hi' })).reason).toBe(stopReason)
      simulator.setFault('server-error', { key })
      await expect(stream({ origin, key, text: 'Hi' })).rejects.toThrow()
      simulator.setFault(undefined, { key })
      expect((await stream({ origin, key, text: 'Hi' })).reason).toBe(stopReason)
    })

    it.each<[LlmFault]>([['close-mid-stream'], ['malformed-sse'], ['error-mid-stream']])(
      'should break an answer off by %s',
      async (fault) => {
        const origin = await start()
        simulator.setFault(fault)
        let pieces = 0
        const reading = stream({ origin, key, text: 'Whales', onPiece: () => pieces++ })
        const outcome = await reading.then(
          ({ reason }) => reason,
          () => 'failed',
        )
        // Not every SDK takes a broken answer for a failure; none can make a finished one out of it.
        expect(outcome).not.toBe(stopReason)
        expect(pieces).toBeGreaterThan(0)
        expect(await last().ended).toBe('faulted')
      },
    )

    it.each<[LlmFault, number]>([
      ['stall', 0],
      ['stall-before-first-token', 0],
      ['stall-after-first-token', 1],
    ])('should %s until the client goes away', async (fault, tokens) => {
      const origin = await start()
      simulator.setFault(fault)
      const controller = new AbortController()
      const { signal } = controller
      let hasFailed = false
      const reading = stream({ origin, key, text: 'Whales', signal }).catch(() => {
        hasFailed = true
      })
      while (!hasFailed && (last()?.body === undefined || last().tokensSent < tokens)) await nextTick()
      controller.abort()
      await reading
      expect(await last().ended).toBe('aborted')
      expect(last().tokensSent).toBe(tokens)
    })

    it('should keep to its latencies', async () => {
      const latencies = { firstTokenMs: 60, perTokenMs: 10 }
      const origin = await start({ latencies, script: () => 'one two three four five' })
      const startedAt = performance.now()
      const times: number[] = []
      await stream({ origin, key, text: 'Hi', onPiece: () => times.push(performance.now() - startedAt) })
      expect(times[0]).toBeGreaterThanOrEqual(58)
      expect((times[4] as number) - (times[0] as number)).toBeGreaterThanOrEqual(38)
    })
  })
}

/** Posts a body by hand and reads the answer. */
export async function post(url: string, headers: Record<string, string>, body: unknown) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as unknown }
}
