import { afterEach, describe, expect, it } from '@jest/globals'
import { createHarness, KEY, say } from './testing/harness.ts'

const { simulate, serve, open, failureOf, closeAll } = createHarness()
afterEach(closeAll)

describe('a stream that fails', () => {
  it.each([
    ['an unknown key', { keys: {} }, 'rejected', 401, 'INVALID_AUTH'],
    [
      'a project without credit',
      { faults: { '*': { kind: 'refuse', status: 402 } } },
      'out-of-credit',
      402,
      'ASR_PAYMENT_REQUIRED',
    ],
    [
      'a key without permission',
      { faults: { '*': { kind: 'refuse', status: 403 } } },
      'limited',
      403,
      'INSUFFICIENT_PERMISSIONS',
    ],
    [
      'too many streams',
      { faults: { '*': { kind: 'refuse', status: 429 } } },
      'rate-limited',
      429,
      'TOO_MANY_REQUESTS',
    ],
    ['a provider out of order', { faults: { '*': { kind: 'refuse', status: 500 } } }, 'unreachable', 500, undefined],
    [
      'a key revoked after the handshake',
      { faults: { '*': { kind: 'reject-after-open' } } },
      'rejected',
      1008,
      'INVALID_AUTH',
    ],
    ['no audio for too long', { idleMs: 30 }, 'closed', 1011, 'NET-0001'],
  ] as const)('says of %s: %j gives %s', async (_name, options, kind, status, providerCode) => {
    const error = await failureOf(open((await simulate(options)).origin))
    expect([error.kind, error.status, error.providerCode]).toEqual([kind, status, providerCode])
    expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('says of a model that is not there: invalid request', async () => {
    const error = await failureOf(open((await simulate()).origin, { model: 'flux-nonsense' }))
    expect([error.kind, error.status]).toEqual(['invalid-request', 400])
  })

  it('says of a close in the middle of an utterance what the reason says', async () => {
    const simulator = await simulate()
    for (const [reason, kind] of [
      ['NET-0000', 'unreachable'],
      ['DATA-0000', 'invalid-request'],
      [`so sorry, ${KEY}`, 'closed'],
    ] as const) {
      simulator.setFault({ kind: 'close-mid-utterance', afterMs: 200, reason })
      const live = open(simulator.origin)
      live.send(say('hello'))
      expect((await failureOf(live)).kind).toBe(kind)
    }
  })

  it('takes an orderly close that nobody asked for as a failure', async () => {
    const { origin } = await serve((socket) => socket.close(1000))
    expect((await failureOf(open(origin))).kind).toBe('closed')
  })

  it.each([
    [
      'dg-error holds the reason and the body none',
      { status: 401, headers: { 'dg-error': 'INSUFFICIENT_PERMISSIONS: no' } },
      'limited',
    ],
    ['the body is plain text', { status: 401, body: 'User does not have sufficient permissions.' }, 'limited'],
    ['neither says anything', { status: 401 }, 'rejected'],
    ['the body echoes the key', { status: 400, body: `bad token ${KEY}` }, 'invalid-request'],
  ])('reads the refusal where %s', async (_name, refusal, kind) => {
    const { origin } = await serve(() => {}, refusal)
    expect((await failureOf(open(origin))).kind).toBe(kind)
  })

  it('ends on a fatal message of Flux', async () => {
    const { origin } = await serve((socket) =>
      socket.send('{"type":"Error","sequence_id":1,"code":"INTERNAL_SERVER_ERROR","description":"x"}'),
    )
    expect((await failureOf(open(origin, { model: 'flux-general-en' }))).providerCode).toBe('INTERNAL_SERVER_ERROR')
  })
})
