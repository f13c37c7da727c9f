import { readFileSync } from 'node:fs'
import type { GoogleSimulatedKey } from '../../simulators/google/index.ts'
import { createGoogleSimulator } from '../../simulators/google/index.ts'
import { createLlmStand } from '../../simulators/llm-kit/testing/llm-stand.ts'
import type { KeyStatus } from '../../src/provider-kit/index.ts'
import { answering, describeConformance } from '../../src/testing/conformance/index.ts'
import type { Answer } from '../../src/testing/conformance/index.ts'
import google from './index.ts'

type Fixture = {
  name: string
  list: Answer
  generate?: Answer
  verdict: KeyStatus
  llm?: boolean
  key?: string
  says?: string
}
const fixtures = JSON.parse(readFileSync(new URL('./fixtures/check-key.json', import.meta.url), 'utf8')) as Fixture[]

/** The key that the recorded answers echo. */
const KEY = 'AQ.Ab8RN6T3BlbkFJ'
const simulate =
  (account: GoogleSimulatedKey = {}) =>
  () =>
    createGoogleSimulator({ keys: { [KEY]: account } })

describeConformance({
  plugin: google,
  stand: {
    credentials: { apiKey: KEY },
    sdk: '@google/genai',
    keys: [
      ...fixtures.map(({ name, list, generate, verdict, llm, key, says }) => ({
        name,
        status: verdict,
        start: answering(({ path }) => (path === '/v1beta/models' ? list : generate)),
        credentials: key === undefined ? undefined : { apiKey: key },
        capabilities: llm === undefined ? {} : { llm },
        message: says === undefined ? undefined : new RegExp(says),
      })),
      { name: 'simulated', status: 'valid', start: simulate(), metadata: { keyType: 'auth' } },
      { name: 'simulated, may not generate', status: 'limited', start: simulate({ generationBar: 'permission' }) },
      {
        name: 'simulated, an empty project (402)',
        status: 'out-of-credit',
        start: simulate({ generationBar: 'no-credit' }),
      },
      {
        name: 'simulated, an empty project (429)',
        status: 'out-of-credit',
        start: simulate({ generationBar: 'no-credit-429' }),
      },
    ],
    llm: createLlmStand({
      start: (options) => createGoogleSimulator({ keys: { [KEY]: {} }, ...options }),
      startUnknownKey: () => createGoogleSimulator({ keys: {} }),
      faults: {
        unauthorized: { kind: 'rejected', providerCode: 'API_KEY_INVALID', status: 400 },
        'out-of-credit': { kind: 'out-of-credit', providerCode: 'CREDITS_DEPLETED', status: 402 },
        'rate-limit': { kind: 'rate-limited', providerCode: 'RESOURCE_EXHAUSTED', status: 429 },
        overloaded: { kind: 'unreachable', providerCode: 'UNAVAILABLE', status: 503 },
        'server-error': { kind: 'unreachable', providerCode: 'INTERNAL', status: 500 },
        'error-mid-stream': { kind: 'unreachable', providerCode: 'UNAVAILABLE' },
      },
      noPermission: {
        start: simulate({ generationBar: 'permission' }),
        kind: 'limited',
        providerCode: 'PERMISSION_DENIED',
        status: 403,
      },
      unknownKey: { kind: 'rejected', providerCode: 'API_KEY_INVALID', status: 400 },
      unknownModel: { kind: 'invalid-request', providerCode: 'NOT_FOUND', status: 404 },
      unsupported: [{ temperature: 0.3 }, { model: 'gemini-3.7-flash', maxTokens: 30 }],
    }),
  },
})
