import { readFileSync } from 'node:fs'
import type { SonioxFault, SonioxKeyState } from '../../simulators/soniox/index.ts'
import { createSonioxSimulator } from '../../simulators/soniox/index.ts'
import { answering, describeConformance } from '../../src/testing/conformance/index.ts'
import type { Answer, KeyState } from '../../src/testing/conformance/index.ts'
import soniox from './index.ts'

const KEY = 'a1s9d8f7g6h5j4k3l2z1x0c9v8b7n6m5q4w3e2r1t0y9u8i7o6p5a4s3d2f1g0h9'
const answers: Record<string, Answer> = JSON.parse(
  readFileSync(new URL('./fixtures/answers.json', import.meta.url), 'utf8'),
)

const simulate =
  (fault?: SonioxFault, state: SonioxKeyState = 'valid', maxStreams?: number) =>
  () =>
    createSonioxSimulator({
      keys: { [KEY]: { state, maxStreams } },
      faults: fault && { '*': fault },
      latencies: { handshakeMs: 0, interimMs: 0, finalMs: 0 },
    })
const simulateKey = (state: SonioxKeyState) => simulate(undefined, state)

/** A key told by recorded answers; a stream that is tried ends in order, or with the message given. */
const recorded = (
  status: KeyState['status'],
  { models, limits, stream }: { models: string; limits?: string; stream?: object },
): KeyState => ({
  name: [models, limits, stream && JSON.stringify(stream)].filter(Boolean).join(', '),
  status,
  start: answering(
    ({ path }) =>
      path === '/v1/models' ? answers[models] : answers[path === '/v1/concurrency-limits' ? (limits ?? '') : ''],
    (socket) =>
      socket.on('message', (data: Buffer) => {
        if (data.length === 0) socket.send(JSON.stringify(stream ?? { tokens: [], finished: true }))
      }),
  ),
})
const empty = { error_code: 402, error_type: 'organization_balance_exhausted', error_message: `Exhausted for ${KEY}` }

describeConformance({
  plugin: soniox,
  stand: {
    credentials: { apiKey: KEY },
    sdk: '@soniox/node',
    keys: [
      recorded('valid', { models: 'models', limits: 'limits' }),
      recorded('out-of-credit', { models: 'models', limits: 'limits', stream: empty }),
      recorded('out-of-credit', { models: 'models', stream: { error_code: 402, error_message: 'x' } }),
      recorded('valid', { models: 'models', limits: 'limits', stream: { error_code: 429 } }),
      recorded('valid', { models: 'models', limits: 'limits', stream: { error_code: 503 } }),
      recorded('limited', { models: 'models', limits: 'limits', stream: { error_code: 401 } }),
      recorded('valid', { models: 'models', limits: 'limitsReached', stream: empty }),
      recorded('valid', { models: 'models', limits: 'permissionDenied' }),
      recorded('valid', { models: 'models', limits: 'outOfOrder' }),
      recorded('rejected', { models: 'unauthenticated' }),
      recorded('limited', { models: 'permissionDenied' }),
      recorded('out-of-credit', { models: 'balanceExhausted' }),
      recorded('unreachable', { models: 'limitExceeded' }),
      recorded('unreachable', { models: 'outOfOrder' }),
      { name: 'simulated', status: 'valid', start: simulate() },
      { name: 'simulated without credit', status: 'out-of-credit', start: simulateKey('no-credit') },
      { name: 'simulated with its budget used up', status: 'out-of-credit', start: simulateKey('no-budget') },
      { name: 'simulated and revoked', status: 'rejected', start: simulateKey('revoked') },
      { name: 'simulated, of an organization', status: 'limited', start: simulateKey('organization') },
    ],
    stt: {
      start: simulate(),
      stall: simulate({ kind: 'stall' }),
      faults: {
        'bad-key': { start: simulateKey('revoked'), kind: 'rejected', status: 401, providerCode: 'unauthenticated' },
        'bad-key-after-open': {
          start: simulate({ kind: 'refuse-after-open', code: 401 }),
          kind: 'rejected',
          status: 401,
          providerCode: 'unauthenticated',
        },
        'no-permission': {
          start: simulateKey('organization'),
          kind: 'limited',
          status: 403,
          providerCode: 'permission_denied',
        },
        'no-credit': {
          start: simulateKey('no-credit'),
          kind: 'out-of-credit',
          status: 402,
          providerCode: 'organization_balance_exhausted',
        },
        'rate-limit': {
          start: simulate(undefined, 'valid', 0),
          kind: 'rate-limited',
          status: 429,
          providerCode: 'limit_exceeded',
        },
        'out-of-order': { start: simulate({ kind: 'refuse', status: 500 }), kind: 'unreachable', status: 500 },
        'close-mid-sentence': {
          start: simulate({ kind: 'close-mid-utterance', isSilent: true }),
          kind: 'closed',
          status: 1011,
        },
      },
    },
  },
})
