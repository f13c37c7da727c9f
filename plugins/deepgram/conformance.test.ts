import { readFileSync } from 'node:fs'
import type { DeepgramAccount, DeepgramFault } from '../../simulators/deepgram/index.ts'
import { createDeepgramSimulator } from '../../simulators/deepgram/index.ts'
import { answering, describeConformance } from '../../src/testing/conformance/index.ts'
import type { Answer, Fault, KeyState, StreamFault } from '../../src/testing/conformance/index.ts'
import deepgram from './index.ts'

const KEY = '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c'
const answers: Record<string, Answer> = JSON.parse(
  readFileSync(new URL('./fixtures/answers.json', import.meta.url), 'utf8'),
)
const QUICK = {
  handshakeMs: 0,
  interimMs: 0,
  finalMs: 0,
  eagerMs: 0,
  firstAudioMs: 0,
  realTimeFactor: 0.01,
  clearedMs: 0,
}

const simulate =
  (account: Partial<DeepgramAccount> = {}, fault?: DeepgramFault) =>
  () =>
    createDeepgramSimulator({
      keys: { [KEY]: { projectName: 'Bakery', state: 'valid', ...account } },
      faults: fault && { '*': fault },
      latencies: QUICK,
    })
const refusing = (status: 401 | 402 | 403 | 429 | 500) => simulate({}, { kind: 'refuse', status })

/** A key told by recorded answers: of the projects, of their balances, and of a stream that was tried. */
const recorded = (status: KeyState['status'], projects: string, balances?: string, listen?: string): KeyState => ({
  name: [projects, balances, listen].filter(Boolean).join(', '),
  status,
  start: answering(
    ({ path, isUpgrade }) => {
      if (isUpgrade) return answers[listen ?? '']
      if (path === '/v1/projects') return answers[projects]
      return path.endsWith('/balances') && balances ? answers[balances] : undefined
    },
    listen || balances !== 'emptyBalance' ? undefined : () => {},
  ),
})

const refusals: Readonly<Partial<Record<StreamFault, Fault>>> = {
  'bad-key': { start: simulate({ state: 'revoked' }), kind: 'rejected', providerCode: 'INVALID_AUTH', status: 401 },
  'bad-key-after-open': {
    start: simulate({}, { kind: 'reject-after-open' }),
    kind: 'rejected',
    providerCode: 'INVALID_AUTH',
    status: 1008,
  },
  'no-permission': { start: refusing(403), kind: 'limited', providerCode: 'INSUFFICIENT_PERMISSIONS', status: 403 },
  'no-credit': { start: refusing(402), kind: 'out-of-credit', providerCode: 'ASR_PAYMENT_REQUIRED', status: 402 },
  'rate-limit': { start: refusing(429), kind: 'rate-limited', providerCode: 'TOO_MANY_REQUESTS', status: 429 },
  'out-of-order': { start: refusing(500), kind: 'unreachable', status: 500 },
}

describeConformance({
  plugin: deepgram,
  stand: {
    credentials: { apiKey: KEY },
    sdk: '@deepgram/sdk',
    keys: [
      recorded('valid', 'projects', 'balances'),
      recorded('valid', 'noProjects'),
      recorded('valid', 'projects', 'permissionsPlain'),
      recorded('valid', 'projects', 'permissionsLegacy'),
      recorded('valid', 'projects', 'permissionsModern'),
      recorded('valid', 'projects', 'rateLimited'),
      recorded('valid', 'projects', 'outOfOrder'),
      recorded('valid', 'projects', 'emptyBalance'),
      recorded('out-of-credit', 'projects', 'emptyBalance', 'paymentRequired'),
      recorded('out-of-credit', 'projects', 'paymentRequired'),
      recorded('out-of-credit', 'paymentRequired'),
      recorded('rejected', 'invalidAuth'),
      recorded('limited', 'permissionsPlain'),
      recorded('limited', 'permissionsLegacy'),
      recorded('limited', 'permissionsModern'),
      recorded('unreachable', 'rateLimited'),
      recorded('unreachable', 'outOfOrder'),
      { name: 'simulated', status: 'valid', start: simulate({ balance: 7.25 }), metadata: { balance: 7.25 } },
      { name: 'simulated without the billing scope', status: 'valid', start: simulate({ state: 'no-billing-scope' }) },
      { name: 'simulated without credit', status: 'out-of-credit', start: simulate({ state: 'no-credit' }) },
      { name: 'simulated and revoked', status: 'rejected', start: simulate({ state: 'revoked' }) },
      {
        name: 'simulated without the project scope',
        status: 'limited',
        start: simulate({ state: 'no-project-scope' }),
      },
    ],
    stt: {
      start: simulate(),
      models: ['flux-general-en', 'flux-general-multi'],
      stall: simulate({}, { kind: 'stall' }),
      unsupported: [
        { language: 'es-ES', model: 'flux-general-en' },
        { keyterms: ['tart'], model: 'nova-2-phonecall' },
      ],
      faults: {
        ...refusals,
        'close-mid-sentence': {
          start: simulate({}, { kind: 'close-mid-utterance', afterMs: 300, reason: '' }),
          kind: 'closed',
        },
      },
    },
    tts: {
      start: simulate(),
      hasWords: false,
      stall: simulate({}, { kind: 'stall' }),
      unsupported: [{ language: 'fi-FI' }, { voice: 'aura-2-draco-en', language: 'de-DE' }],
      faults: {
        ...refusals,
        'close-mid-sentence': {
          start: simulate({}, { kind: 'close-mid-utterance', afterMs: 300, reason: '' }),
          kind: 'closed',
        },
      },
    },
  },
})
