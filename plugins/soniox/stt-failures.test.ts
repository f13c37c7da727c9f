import { afterEach, describe, expect, it } from '@jest/globals'
import { createHarness, isType, KEY, say, silence, turnsOf } from './testing/harness.ts'

const { simulate, serve, open, failureOf, closeAll } = createHarness()
afterEach(closeAll)

describe('a stream that fails', () => {
  it.each([
    ['an unknown key', { keys: {} }, 'rejected', 401, 'unauthenticated'],
    ['a key of the organization', { keys: { [KEY]: { state: 'organization' } } }, 'limited', 403, 'permission_denied'],
    [
      'an account without credit',
      { keys: { [KEY]: { state: 'no-credit' } } },
      'out-of-credit',
      402,
      'organization_balance_exhausted',
    ],
    [
      'a budget that is used up',
      { keys: { [KEY]: { state: 'no-budget' } } },
      'out-of-credit',
      402,
      'project_monthly_budget_exhausted',
    ],
    [
      'no credit at the handshake already',
      { faults: { '*': { kind: 'refuse', status: 402 } } },
      'out-of-credit',
      402,
      'organization_balance_exhausted',
    ],
    ['too many streams', { keys: { [KEY]: { state: 'valid', maxStreams: 0 } } }, 'rate-limited', 429, 'limit_exceeded'],
    [
      'a provider out of order',
      { faults: { '*': { kind: 'refuse', status: 500 } } },
      'unreachable',
      500,
      'internal_error',
    ],
    [
      'a key refused after the handshake',
      { faults: { '*': { kind: 'refuse-after-open', code: 401 } } },
      'rejected',
      401,
      'unauthenticated',
    ],
    ['no audio for too long', { idleMs: 60 }, 'closed', 408, 'request_timeout'],
    [
      'the longest time that a stream may last',
      { faults: { '*': { kind: 'refuse-after-open', code: 413 } } },
      'closed',
      413,
      'max_duration_reached',
    ],
  ] as const)('says of %s: %j gives %s', async (_name, options, kind, status, providerCode) => {
    const error = await failureOf(open((await simulate(options)).origin))
    expect([error.kind, error.status, error.providerCode]).toEqual([kind, status, providerCode])
    expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('says of a model that is not there: invalid request', async () => {
    const error = await failureOf(open((await simulate()).origin, { model: 'stt-rt-v0' }))
    expect([error.kind, error.status]).toEqual(['invalid-request', 400])
  })

  it.each([
    [{ code: 503 }, 'unreachable', 503],
    [{ code: 1011, isSilent: true }, 'closed', 1011],
    [{ code: 1000, isSilent: true }, 'closed', 1000],
  ])('breaks off in the middle of an utterance with %j as %s', async (fault, kind, status) => {
    const live = open((await simulate({ faults: { '*': { kind: 'close-mid-utterance', ...fault } } })).origin)
    live.send(say('book-table'))
    const error = await failureOf(live)
    expect([error.kind, error.status]).toEqual([kind, status])
    expect(turnsOf(live.events)).toEqual([])
  })

  it('tells nothing while the provider stalls, and goes on when it does', async () => {
    const simulator = await simulate({ faults: { '*': { kind: 'stall' } } })
    const { events, seen, send, stream } = open(simulator.origin)
    send(say('hello'))
    while (!JSON.stringify(simulator.sessions[0]?.withheld ?? []).includes('<end>')) await new Promise(setImmediate)
    expect(events.map((event) => event.type)).toEqual(['open'])
    simulator.setFault(undefined)
    send(Buffer.concat([silence(200), say('goodbye')]))
    await seen(isType('end-of-turn'))
    expect(turnsOf(events)).toEqual(['Goodbye.'])
    stream.close()
    await seen(isType('closed'))
  })

  it('takes an orderly close that nobody asked for as a failure', async () => {
    const { origin } = await serve((socket) => socket.close(1000))
    expect((await failureOf(open(origin))).kind).toBe('closed')
  })

  it.each([
    ['the body echoes the key', { status: 400, body: `bad token ${KEY}` }, 'invalid-request'],
    ['the type echoes the key', { status: 401, body: { error_type: KEY, request_id: `a ${KEY}` } }, 'rejected'],
    ['there is no body', { status: 503 }, 'unreachable'],
  ])('reads the refusal where %s', async (_name, refusal, kind) => {
    const { origin } = await serve(() => {}, refusal)
    expect((await failureOf(open(origin))).kind).toBe(kind)
  })

  it('repeats nothing of an error message that echoes the key', async () => {
    const { origin } = await serve((socket) =>
      socket.send(JSON.stringify({ error_code: 401, error_type: KEY, error_message: `Incorrect API key ${KEY}` })),
    )
    expect((await failureOf(open(origin))).kind).toBe('rejected')
  })
})
