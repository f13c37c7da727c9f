import { readFileSync } from 'node:fs'
import type { LlmFault } from '../../simulators/llm-kit/index.ts'
import { createLlmStand } from '../../simulators/llm-kit/testing/llm-stand.ts'
import type { XaiSimulatedKey } from '../../simulators/xai/index.ts'
import { createXaiSimulator } from '../../simulators/xai/index.ts'
import type { KeyStatus } from '../../src/provider-kit/index.ts'
import { answering, describeConformance } from '../../src/testing/conformance/index.ts'
import type { Answer } from '../../src/testing/conformance/index.ts'
import xai from './index.ts'

type Fixture = { name: string; key: Answer; models?: Answer; verdict: KeyStatus }
const fixtures = JSON.parse(readFileSync(new URL('./fixtures/check-key.json', import.meta.url), 'utf8')) as Fixture[]

/** The key that the recorded answers echo. */
const KEY = 'xai-secretT3BlbkFJtail'
const simulate =
  (account: XaiSimulatedKey = {}) =>
  () =>
    createXaiSimulator({ keys: { [KEY]: account } })

/** A socket of speech or transcription that meets a fault. */
const meeting = (fault: LlmFault) => async () => {
  const simulator = await simulate()()
  simulator.setFault(fault)
  return simulator
}
const streamFaults = {
  'bad-key': {
    start: () => createXaiSimulator({ keys: {} }),
    kind: 'rejected' as const,
    providerCode: 'incorrect-api-key',
    status: 400,
  },
  'no-permission': { start: simulate({ acls: [] }), kind: 'limited' as const, providerCode: 'permission-denied' },
  'no-credit': { start: meeting('error-mid-stream'), kind: 'out-of-credit' as const, providerCode: 'no-credits' },
  'rate-limit': { start: meeting('rate-limit'), kind: 'rate-limited' as const, status: 429 },
  'out-of-order': { start: meeting('server-error'), kind: 'unreachable' as const, status: 500 },
  'close-mid-sentence': { start: meeting('close-mid-stream'), kind: 'closed' as const },
}

describeConformance({
  plugin: xai,
  stand: {
    credentials: { apiKey: KEY },
    sdk: { llm: 'openai' },
    keys: [
      ...fixtures.map(({ name, key, models, verdict }) => ({
        name,
        status: verdict,
        start: answering(({ path }) => (path === '/v1/api-key' ? key : models)),
      })),
      { name: 'simulated', status: 'valid', start: simulate() },
      { name: 'simulated, blocked behind a 200', status: 'rejected', start: simulate({ keyBlocked: true }) },
      { name: 'simulated, disabled behind a 200', status: 'rejected', start: simulate({ keyDisabled: true }) },
      { name: 'simulated, the team blocked', status: 'rejected', start: simulate({ teamBlocked: true }) },
      { name: 'simulated without endpoints', status: 'limited', start: simulate({ acls: [] }) },
      { name: 'simulated, the team’s credit used', status: 'out-of-credit', start: simulate({ credit: 'used' }) },
    ],
    llm: createLlmStand({
      start: (options) => createXaiSimulator({ keys: { [KEY]: {} }, ...options }),
      startUnknownKey: () => createXaiSimulator({ keys: {} }),
      faults: {
        unauthorized: { kind: 'rejected', providerCode: 'incorrect-api-key', status: 400 },
        'out-of-credit': { kind: 'out-of-credit', providerCode: 'no-credits', status: 429 },
        'rate-limit': { kind: 'rate-limited', providerCode: 'resource-exhausted', status: 429 },
        overloaded: { kind: 'unreachable', providerCode: 'unavailable', status: 503 },
        'server-error': { kind: 'unreachable', providerCode: 'internal', status: 500 },
        'error-mid-stream': { kind: 'unreachable', providerCode: 'unavailable' },
      },
      noPermission: { start: simulate({ acls: [] }), kind: 'limited', providerCode: 'permission-denied' },
      unknownKey: { kind: 'rejected', providerCode: 'incorrect-api-key', status: 400 },
      unknownModel: { kind: 'invalid-request', providerCode: 'not-found', status: 404 },
      unsupported: [{ model: 'grok-4.5', maxTokens: 30 }],
    }),
    tts: {
      start: simulate(),
      stall: meeting('stall-before-first-token'),
      hasWords: false,
      faults: streamFaults,
    },
    stt: {
      start: simulate(),
      stall: meeting('stall-before-first-token'),
      unsupported: [{ keyterms: ['x'.repeat(51)] }],
      faults: streamFaults,
    },
  },
})
