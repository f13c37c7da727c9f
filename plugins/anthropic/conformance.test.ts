import { readFileSync } from 'node:fs'
import type { AnthropicSimulatedKey } from '../../simulators/anthropic/index.ts'
import { createAnthropicSimulator } from '../../simulators/anthropic/index.ts'
import { createLlmStand } from '../../simulators/llm-kit/testing/llm-stand.ts'
import type { KeyStatus } from '../../src/provider-kit/index.ts'
import { answering, describeConformance } from '../../src/testing/conformance/index.ts'
import type { Answer } from '../../src/testing/conformance/index.ts'
import anthropic from './index.ts'

type Fixture = Answer & { name: string; verdict: KeyStatus; llm?: boolean }
const fixtures = JSON.parse(readFileSync(new URL('./fixtures/check-key.json', import.meta.url), 'utf8')) as Fixture[]

/** The key that the recorded answers echo. */
const KEY = 'sk-ant-api03-T3BlbkFJ'
const simulate =
  (account: AnthropicSimulatedKey = {}) =>
  () =>
    createAnthropicSimulator({ keys: { [KEY]: account } })

describeConformance({
  plugin: anthropic,
  stand: {
    credentials: { apiKey: KEY },
    sdk: '@anthropic-ai/sdk',
    keys: [
      ...fixtures.map(({ name, verdict, llm, ...answer }) => ({
        name,
        status: verdict,
        start: answering(() => answer),
        capabilities: llm === undefined ? {} : { llm },
      })),
      { name: 'simulated', status: 'valid', start: simulate(), metadata: { modelCount: 6, hasDefaultModel: true } },
      { name: 'simulated, the key disabled', status: 'rejected', start: simulate({ state: 'disabled-key' }) },
      {
        name: 'simulated, the organization disabled',
        status: 'rejected',
        start: simulate({ state: 'disabled-organization' }),
      },
      { name: 'simulated without permission', status: 'limited', start: simulate({ state: 'no-permission' }) },
    ],
    llm: createLlmStand({
      start: (options) => createAnthropicSimulator({ keys: { [KEY]: {} }, ...options }),
      startUnknownKey: () => createAnthropicSimulator({ keys: {} }),
      faults: {
        unauthorized: { kind: 'rejected', providerCode: 'authentication_error', status: 401 },
        'out-of-credit': { kind: 'out-of-credit', providerCode: 'credit_balance_too_low', status: 400 },
        'rate-limit': { kind: 'rate-limited', providerCode: 'rate_limit_error', status: 429 },
        overloaded: { kind: 'unreachable', providerCode: 'overloaded_error', status: 529 },
        'server-error': { kind: 'unreachable', providerCode: 'api_error', status: 500 },
        'error-mid-stream': { kind: 'unreachable', providerCode: 'overloaded_error' },
      },
      noPermission: {
        start: simulate({ state: 'no-permission' }),
        kind: 'limited',
        providerCode: 'permission_error',
        status: 403,
      },
      unknownKey: { kind: 'rejected', providerCode: 'authentication_error', status: 401 },
      unknownModel: { kind: 'invalid-request', providerCode: 'not_found_error', status: 404 },
      unsupported: [{ temperature: 0.3 }, { model: 'claude-haiku-4-5', temperature: 1.6 }],
    }),
  },
})
