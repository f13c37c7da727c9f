import { scriptTool } from '../../simulators/llm-kit/testing/llm-stand.ts'
import { createOpenAiSimulator } from '../../simulators/openai/index.ts'
import type { OpenAiFault, OpenAiSimulatedKey } from '../../simulators/openai/index.ts'
import type { KeyStatus, ProviderErrorKind } from '../../src/provider-kit/index.ts'
import { answering, describeConformance, readFixtures } from '../../src/testing/conformance/index.ts'
import type { Answer, Fault } from '../../src/testing/conformance/index.ts'
import openai from './index.ts'

/** The key that the recorded answers echo. */
const KEY = 'sk-proj-secret0T3BlbkFJ0tail'
type Fixture = Answer & { name: string; verdict: KeyStatus }
const fixtures = readFixtures<Fixture[]>(new URL('./fixtures/check-key.json', import.meta.url))

const TEXT = 'Whales are mammals. They breathe air.'
const simulate =
  (fault?: OpenAiFault, account: OpenAiSimulatedKey = {}) =>
  async () => {
    const simulator = await createOpenAiSimulator({ keys: { [KEY]: account }, script: () => TEXT })
    simulator.setFault(fault)
    return simulator
  }
const startUnknown = () => createOpenAiSimulator({ keys: {} })
const playing = (fault: OpenAiFault, kind: ProviderErrorKind, providerCode?: string): Fault => ({
  start: simulate(fault),
  kind,
  providerCode,
})
const unknown: Fault = { start: startUnknown, kind: 'rejected', providerCode: 'invalid_api_key' }
const restricted: Fault = {
  start: simulate(undefined, { canRequestModels: false }),
  kind: 'limited',
  providerCode: 'missing_scope',
}
const empty: Fault = {
  start: simulate(undefined, { hasCredit: false }),
  kind: 'out-of-credit',
  providerCode: 'insufficient_quota',
}

describeConformance({
  plugin: openai,
  stand: {
    credentials: { apiKey: KEY },
    sdk: 'openai',
    keys: [
      ...fixtures.map(({ name, verdict, ...answer }) => ({ name, status: verdict, start: answering(() => answer) })),
      { name: 'simulated', status: 'valid', start: simulate(), metadata: { modelCount: 15 } },
      { name: 'simulated, unknown', status: 'rejected', start: startUnknown },
      { name: 'simulated, restricted', status: 'limited', start: simulate(undefined, { canListModels: false }) },
    ],
    llm: {
      start: ({ text, perTokenMs }) =>
        createOpenAiSimulator({ keys: { [KEY]: {} }, script: () => text, latencies: { perTokenMs } }),
      startTool: ({ tool, arguments: values, text }) =>
        createOpenAiSimulator({
          keys: { [KEY]: {} },
          script: scriptTool({ name: tool.name, arguments: values }, text),
        }),
      faults: {
        'bad-key': { ...unknown, status: 401 },
        'no-permission': { ...restricted, status: 403 },
        'no-credit': { ...empty, status: 429 },
        'rate-limit': playing('rate-limit', 'rate-limited', 'rate_limit_exceeded'),
        overloaded: { ...playing('overloaded', 'unreachable'), status: 503 },
        'out-of-order': playing('server-error', 'unreachable', 'server_error'),
        'unknown-model': { start: simulate(), kind: 'invalid-request', providerCode: 'model_not_found' },
        'close-mid-answer': playing('close-mid-stream', 'closed'),
        'end-mid-answer': playing('end-mid-stream', 'closed'),
        'malformed-message': playing('malformed-sse', 'failed'),
        'error-mid-answer': playing('error-mid-stream', 'unreachable', 'server_error'),
      },
      stalls: {
        silent: simulate('stall'),
        beforeFirst: simulate('stall-before-first-token'),
        afterFirst: simulate('stall-after-first-token'),
      },
      unsupported: [{ model: 'gpt-5-mini', temperature: 0.3 }],
    },
    tts: {
      start: simulate(),
      isConnectionless: true,
      hasFixedVoices: true,
      hasWords: false,
      stall: simulate('stall'),
      unsupported: [{ model: 'tts-1' }],
      faults: {
        'bad-key': unknown,
        'no-permission': restricted,
        'no-credit': empty,
        'rate-limit': playing('rate-limit', 'rate-limited'),
        'out-of-order': playing('server-error', 'unreachable'),
        'close-mid-sentence': playing('close-mid-stream', 'closed'),
      },
    },
    stt: {
      start: simulate(),
      models: ['gpt-realtime-whisper'],
      stall: answering(
        () => undefined,
        (socket) => socket.send('{"type":"session.updated"}'),
      ),
      hasInterims: false,
      unsupported: [{ model: 'gpt-realtime-whisper', keyterms: ['Brezel'] }],
      faults: {
        'bad-key': unknown,
        'bad-key-after-open': playing('reject-after-open', 'rejected'),
        'no-credit': playing('quota-mid-stream', 'out-of-credit'),
        'rate-limit': playing('rate-limit', 'rate-limited'),
        'out-of-order': playing('server-error', 'unreachable'),
        'close-mid-sentence': playing('close-mid-utterance', 'closed'),
      },
    },
  },
})
