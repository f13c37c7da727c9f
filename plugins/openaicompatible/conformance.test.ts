import { scriptTool } from '../../simulators/llm-kit/testing/llm-stand.ts'
import type { OpenAiFault } from '../../simulators/openai/index.ts'
import { createOpenAiCompatibleSimulator } from '../../simulators/openaicompatible/index.ts'
import type { CompatibleSimulatorOptions } from '../../simulators/openaicompatible/index.ts'
import type { ProviderErrorKind } from '../../src/provider-kit/index.ts'
import { answering, describeConformance } from '../../src/testing/conformance/index.ts'
import type { Fault } from '../../src/testing/conformance/index.ts'
import openaicompatible from './index.ts'

const KEY = 'token-secret0T3BlbkFJ0tail'
const MODELS = ['qwen3-8b-instruct', 'kokoro-tts', 'whisper-large-v3']

/** The kit's origin is what people enter as the address. */
const simulate =
  (fault?: OpenAiFault, options: CompatibleSimulatorOptions = { apiKey: KEY }) =>
  async () => {
    const simulator = await createOpenAiCompatibleSimulator({ models: MODELS, ...options })
    simulator.setFault(fault)
    return { origin: simulator.baseUrl, close: simulator.close }
  }
const startUnknown = simulate(undefined, { apiKey: `${KEY}-other` })
const startWithoutKey = simulate(undefined, {})

const playing = (fault: OpenAiFault, kind: ProviderErrorKind, providerCode?: string): Fault => ({
  start: simulate(fault),
  kind,
  providerCode,
})
/** A server that knows the key and does not let it do anything. */
const forbidding: Fault = { start: answering(() => ({ status: 403, body: {} })), kind: 'limited', status: 403 }
const faults = {
  'bad-key': { start: startUnknown, kind: 'rejected', providerCode: 'invalid_api_key', status: 401 },
  'no-permission': forbidding,
  'no-credit': playing('insufficient-quota', 'out-of-credit', 'insufficient_quota'),
  'rate-limit': playing('rate-limit', 'rate-limited', 'rate_limit_exceeded'),
  'out-of-order': playing('server-error', 'unreachable'),
} satisfies Record<string, Fault>

describeConformance({
  plugin: openaicompatible,
  stand: {
    credentials: { baseUrl: 'http://gpu.internal:8000/v1', apiKey: KEY },
    startWithoutKey,
    keys: [
      { name: 'simulated', status: 'valid', start: simulate(), metadata: { modelCount: MODELS.length } },
      {
        name: 'simulated, a language model alone',
        status: 'valid',
        start: simulate(undefined, { apiKey: KEY, models: ['llama-3.3-70b', 'bge-m3'] }),
        capabilities: { llm: true, tts: false, stt: false },
      },
      { name: 'simulated, unknown', status: 'rejected', start: startUnknown },
      { name: 'simulated, a key for a server that wants none', status: 'rejected', start: startWithoutKey },
      { name: 'simulated, empty', status: 'out-of-credit', start: simulate('insufficient-quota') },
      { name: 'a key without permission', status: 'limited', start: forbidding.start },
      {
        name: 'a server without a list of models',
        status: 'unverified',
        start: answering(() => undefined),
        message: /\/v1\?$/,
      },
    ],
    llm: {
      start: ({ text, perTokenMs }) =>
        simulate(undefined, { apiKey: KEY, script: () => text, latencies: { perTokenMs } })(),
      startTool: ({ tool, arguments: values, text }) =>
        simulate(undefined, { apiKey: KEY, script: scriptTool({ name: tool.name, arguments: values }, text) })(),
      models: [MODELS[0] ?? ''],
      faults: {
        ...faults,
        overloaded: { ...playing('overloaded', 'unreachable'), status: 503 },
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
    },
    tts: {
      start: simulate(),
      isConnectionless: true,
      hasWords: false,
      models: [MODELS[1] ?? ''],
      stall: simulate('stall'),
      faults: { ...faults, 'close-mid-sentence': playing('close-mid-stream', 'closed') },
    },
    stt: {
      start: simulate(),
      isConnectionless: true,
      hasInterims: false,
      models: [MODELS[2] ?? ''],
      stall: simulate('stall'),
      faults: { ...faults, 'close-mid-sentence': playing('close-mid-stream', 'unreachable') },
    },
  },
})
