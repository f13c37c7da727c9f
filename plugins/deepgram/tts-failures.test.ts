import { afterEach, describe, expect, it } from '@jest/globals'
import type { DeepgramAccount, DeepgramFault } from '../../simulators/deepgram/index.ts'
import type { ProviderError, ProviderErrorKind, TtsConnectionEvent, TtsEvent } from '../../src/provider-kit/index.ts'
import { createTtsHarness, heardOf, KEY } from './testing/tts-harness.ts'

const TEXT = 'This sentence is long enough to come in several pieces.'

const { simulate, serve, connect, closeAll } = createTtsHarness()
afterEach(closeAll)

const errorOf = (events: readonly (TtsEvent | TtsConnectionEvent)[]): ProviderError => {
  const [error, ...more] = events.flatMap((event) => (event.type === 'error' ? [event.error] : []))
  expect(more).toEqual([])
  expect(`${error?.stack} ${JSON.stringify(error)}`).not.toContain('k3y0')
  return error as ProviderError
}

/** The utterance hears first, then the connection, of the same error. */
async function failureOf(connected: ReturnType<typeof connect>): Promise<{ error: ProviderError; heard: string }> {
  const order: string[] = []
  const spoken = connected.say(TEXT)
  const utteranceFailed = spoken.until('error').then(() => order.push('utterance'))
  const connectionFailed = connected.log.until('error').then(() => order.push('connection'))
  await Promise.all([utteranceFailed, connectionFailed, connected.log.until('closed')])
  expect(order).toEqual(['utterance', 'connection'])
  expect(connected.log.types().filter((type) => type !== 'open')).toEqual(['error', 'closed'])
  expect(spoken.types().at(-1)).toBe('error')
  expect(errorOf(connected.log.events)).toBe(errorOf(spoken.events))
  return { error: errorOf(spoken.events), heard: heardOf(spoken.events) }
}

describe('when Deepgram fails to speak', () => {
  const account = (changes: Partial<DeepgramAccount>) => ({
    [KEY]: { projectName: 'Bakery', state: 'valid' as const, ...changes },
  })

  it.each<[string, Record<string, DeepgramAccount>, ProviderErrorKind, number, string | undefined]>([
    ['an unknown key', {}, 'rejected', 401, 'INVALID_AUTH'],
    ['a revoked key', account({ state: 'revoked' }), 'rejected', 401, 'INVALID_AUTH'],
    ['a project without credit', account({ state: 'no-credit' }), 'out-of-credit', 402, 'ASR_PAYMENT_REQUIRED'],
    ['too many connections', account({ maxStreams: 0 }), 'rate-limited', 429, 'TOO_MANY_REQUESTS'],
  ])('says of %s what the handshake says', async (_name, keys, kind, status, providerCode) => {
    const { error } = await failureOf(connect((await simulate({ keys })).origin))
    expect([error.kind, error.status, error.providerCode]).toEqual([kind, status, providerCode])
    expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/)
  })

  it.each<[DeepgramFault, ProviderErrorKind, number]>([
    [{ kind: 'refuse', status: 403 }, 'limited', 403],
    [{ kind: 'refuse', status: 500 }, 'unreachable', 500],
    [{ kind: 'reject-after-open' }, 'rejected', 1008],
    [{ kind: 'close-mid-utterance' }, 'unreachable', 1011],
    [{ kind: 'close-mid-utterance', code: 1011, reason: 'NET-0003' }, 'closed', 1011],
    [{ kind: 'close-mid-utterance', code: 1008, reason: 'DATA-0001' }, 'rate-limited', 1008],
    [{ kind: 'close-mid-utterance', code: 1009, reason: 'BIG-0001' }, 'invalid-request', 1009],
    [{ kind: 'close-mid-utterance', code: 1000, reason: '' }, 'closed', 1000],
    [{ kind: 'close-mid-utterance', code: 1008, reason: `The key ${KEY} is revoked` }, 'closed', 1008],
  ])('names the fault %j', async (fault, kind, status) => {
    const { error, heard } = await failureOf(connect((await simulate({ faults: { '*': fault } })).origin))
    expect([error.kind, error.status]).toEqual([kind, status])
    expect(heard.length > 0).toBe(fault.kind === 'close-mid-utterance')
  })

  it('says of a voice that is not there: invalid request', async () => {
    const { error } = await failureOf(connect((await simulate()).origin, { voice: 'aura-2-nobody-en' }))
    expect([error.kind, error.status]).toEqual(['invalid-request', 400])
  })

  it('is refused for more text in a minute than Deepgram takes', async () => {
    const { log, say } = connect((await simulate()).origin)
    const spoken = say('word '.repeat(500))
    await log.until('closed')
    expect(errorOf(spoken.events)).toMatchObject({ kind: 'rate-limited', providerCode: 'DATA-0001' })
  })

  it('calls a provider that is not there unreachable, and what is said later closed', async () => {
    const connected = connect('http://127.0.0.1:1')
    expect((await failureOf(connected)).error.kind).toBe('unreachable')
    const late = connected.say(TEXT)
    await late.until('error')
    expect(errorOf(late.events).kind).toBe('closed')
  })

  it('goes on after a message that it cannot read', async () => {
    const { log, say } = connect((await simulate({ faults: { '*': { kind: 'malformed-message' } } })).origin)
    const spoken = say('One sentence.')
    await spoken.until('done')
    expect(heardOf(spoken.events)).toBe('one sentence.')
    expect(log.types()).toContain('warning')
  })

  it.each([
    [1011, 'NET-0001', ['open', 'closed']],
    [1011, 'NET-0003', ['open', 'closed']],
    [1000, '', ['open', 'closed']],
    [1008, 'INVALID_AUTH', ['open', 'error', 'closed']],
  ])('given a close %s %s while nothing is being said tells %j', async (code, reason, types) => {
    const { log } = connect(await serve((socket) => socket.close(code, reason)))
    await log.until('closed')
    expect(log.types()).toEqual(types)
  })

  it('gives up on audio that does not come, with nothing left running', async () => {
    const { log, say } = connect((await simulate({ faults: { '*': { kind: 'stall' } } })).origin)
    const spoken = say('Never spoken.')
    await log.until('open')
    expect(spoken.events).toEqual([])
  })

  it('closes before it was opened, and ends all that was being said without a word', async () => {
    const simulator = await simulate({ latencies: { handshakeMs: 500 } })
    for (const how of ['close', 'destroy'] as const) {
      const { connection, log, say } = connect(simulator.origin)
      const spoken = say('Too late.')
      connection[how]()
      await log.until('closed')
      expect(log.events).toEqual([{ type: 'closed', characters: 0 }])
      expect(spoken.events).toEqual([])
    }
  })
})
