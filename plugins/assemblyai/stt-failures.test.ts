import { afterEach, describe, expect, it } from '@jest/globals'
import { createHarness, isType, KEY, say, turnsOf } from './testing/harness.ts'

const { simulate, serve, open, failureOf, withHeldTime, closeAll } = createHarness()
afterEach(closeAll)

const refused = (code: number, error: string, more: object = {}) => ({
  faults: { '*': { kind: 'refuse-after-open' as const, code, error: `${error} (${KEY})`, ...more } },
})

describe('a stream that fails', () => {
  it.each([
    ['an unknown key, after the socket opened', { keys: {} }, 'rejected', 1008],
    ['an account without credit', { keys: { [KEY]: { state: 'no-credit' } } }, 'out-of-credit', 1008],
    ['a negative balance', { keys: { [KEY]: { state: 'negative-balance' } } }, 'out-of-credit', 1008],
    ['too many streams', { keys: { [KEY]: { state: 'valid', maxStreams: 0 } } }, 'rate-limited', 3009],
    [
      'too many streams with the code of a bad key',
      refused(1008, 'Unauthorized Connection: Too many concurrent sessions'),
      'rate-limited',
      1008,
    ],
    ['a close without a message', refused(1008, 'Insufficient balance', { isSilent: true }), 'out-of-credit', 1008],
    [
      'a key revoked in the middle',
      refused(1008, 'Unauthorized Connection: Invalid API key', { isAfterBegin: true }),
      'rejected',
      1008,
    ],
    ['a failing server', refused(3005, 'Server error', { isAfterBegin: true }), 'unreachable', 3005],
    ['three hours', refused(3008, 'Session Expired', { isAfterBegin: true }), 'closed', 3008],
    ['no audio for too long', { idleMs: 60 }, 'closed', 3008],
    ['an HTTP refusal', { faults: { '*': { kind: 'refuse', status: 401 } } }, 'rejected', 401],
    [
      'a negative balance over HTTP',
      { faults: { '*': { kind: 'refuse', status: 400, error: 'Your current account balance is negative.' } } },
      'out-of-credit',
      400,
    ],
    ['too many requests', { faults: { '*': { kind: 'refuse', status: 429 } } }, 'rate-limited', 429],
    ['a provider out of order', { faults: { '*': { kind: 'refuse', status: 500 } } }, 'unreachable', 500],
  ] as const)('says of %s: %j gives %s', async (_name, options, kind, status) => {
    const error = await failureOf(open((await simulate(options as never)).origin))
    expect([error.kind, error.status]).toEqual([kind, status])
  })

  it('is not open before it is refused', async () => {
    const live = open((await simulate({ keys: {} })).origin)
    await failureOf(live)
    expect(live.events.map((event) => event.type)).toEqual(['error', 'closed'])
  })

  it('says of a model that is not there: invalid request', async () => {
    const error = await failureOf(open((await simulate()).origin, { model: 'universal-nonsense' }))
    expect([error.kind, error.status]).toEqual(['invalid-request', 3006])
  })

  it('gives up where the socket opens and nothing begins', () =>
    withHeldTime(async (pass) => {
      const live = open((await simulate({ faults: { '*': { kind: 'never-begin' } } })).origin)
      await pass(6000)
      expect((await failureOf(live)).kind).toBe('timeout')
    }))

  it.each([
    [{ code: 3005, error: 'Server error' }, 'unreachable', 3005],
    [{ code: 1011 }, 'unreachable', 1011],
    [{ code: 1000 }, 'closed', 1000],
  ])('breaks off in the middle of an utterance with %j as %s', async (fault, kind, status) => {
    const simulator = await simulate({ faults: { '*': { kind: 'close-mid-utterance', ...fault } } })
    const live = open(simulator.origin)
    live.send(say('book-table'))
    const error = await failureOf(live)
    expect([error.kind, error.status, error.requestId]).toEqual([kind, status, simulator.sessions[0]?.id])
    expect(turnsOf(live.events)).toEqual([])
  })

  it('tells nothing while the provider stalls, and goes on when it does', async () => {
    const simulator = await simulate({ faults: { '*': { kind: 'stall' } } })
    const { events, seen, send } = open(simulator.origin)
    send(say('hello'))
    const hasEnded = () => JSON.stringify(simulator.sessions[0]?.withheld ?? []).includes('"end_of_turn":true')
    while (!hasEnded()) await new Promise(setImmediate)
    expect(events.map((event) => event.type)).toEqual(['open'])
    simulator.setFault(undefined)
    send(say('goodbye'))
    await seen(isType('end-of-turn'))
    expect(turnsOf(events)).toEqual(['Goodbye.'])
  })

  it.each([
    ['the body echoes the key', { status: 400, body: `bad token ${KEY}` }, 'invalid-request'],
    ['the error echoes the key', { status: 401, body: { error: `no such key ${KEY}` } }, 'rejected'],
    ['there is no body', { status: 503 }, 'unreachable'],
  ])('reads the refusal where %s', async (_name, refusal, kind) => {
    const { origin } = await serve(() => {}, refusal)
    expect((await failureOf(open(origin))).kind).toBe(kind)
  })
})
