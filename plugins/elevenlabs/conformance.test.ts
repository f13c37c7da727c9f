import { readFileSync } from 'node:fs'
import type { ElevenLabsFault, ElevenLabsSimulatedKey } from '../../simulators/elevenlabs/index.ts'
import { createElevenLabsSimulator } from '../../simulators/elevenlabs/index.ts'
import type { KeyStatus } from '../../src/provider-kit/index.ts'
import { answering, describeConformance } from '../../src/testing/conformance/index.ts'
import elevenlabs from './index.ts'

type Fixture = { name: string; status: number; body: unknown; verdict: KeyStatus; tts?: boolean }
const fixtures = JSON.parse(readFileSync(new URL('./fixtures/check-key.json', import.meta.url), 'utf8')) as Fixture[]

const KEY = 'sk_5ec4e7key5ec4e7key5ec4e7key'

const simulate =
  (settings: ElevenLabsSimulatedKey = {}, fault?: ElevenLabsFault) =>
  async () => {
    const simulator = await createElevenLabsSimulator({
      keys: { [KEY]: settings },
      latencies: { realTimeFactor: 0.01 },
    })
    simulator.setFault(fault)
    return simulator
  }

describeConformance({
  plugin: elevenlabs,
  stand: {
    credentials: { apiKey: KEY },
    keys: [
      ...fixtures.map(({ name, status, body, verdict, tts }) => ({
        name,
        status: verdict,
        capabilities: tts === undefined ? {} : { tts, stt: tts, 'voice-cloning': tts },
        start: answering(() => ({ status, body: JSON.parse(JSON.stringify(body).replaceAll('sk_5ec4e7key', KEY)) })),
      })),
      { name: 'simulated', status: 'valid', start: simulate() },
      { name: 'simulated without cloning', status: 'limited', start: simulate({ canCloneVoices: false }) },
      {
        name: 'simulated with all credits used',
        status: 'out-of-credit',
        start: simulate({ characterCount: 5, characterLimit: 5 }),
      },
      { name: 'simulated with a disabled free tier', status: 'limited', start: simulate({ status: 'free_disabled' }) },
      {
        name: 'simulated for speech alone',
        status: 'limited',
        start: simulate({ permissions: ['text_to_speech'] }),
        capabilities: { tts: true, stt: false, 'voice-cloning': false },
      },
      {
        name: 'simulated without the permission to transcribe',
        status: 'limited',
        start: simulate({ permissions: ['user_read', 'text_to_speech'] }),
        capabilities: { tts: true, stt: false, 'voice-cloning': true },
        message: /Speech to Text/,
      },
      { name: 'simulated, too many requests', status: 'unreachable', start: simulate({}, 'rate-limited') },
      { name: 'simulated, unknown', status: 'rejected', start: simulate({}, 'unauthorized') },
    ],
    tts: {
      start: simulate(),
      stall: simulate({}, 'stall'),
      faults: {
        'bad-key': { start: simulate({}, 'unauthorized'), kind: 'rejected', providerCode: 'invalid_api_key' },
        'bad-key-after-open': { start: simulate({}, 'reject-after-open'), kind: 'rejected' },
        'no-permission': {
          start: simulate({ permissions: ['user_read'] }),
          kind: 'limited',
          providerCode: 'missing_permissions',
        },
        'no-credit': { start: simulate({}, 'quota-mid-stream'), kind: 'out-of-credit', providerCode: 'quota_exceeded' },
        'rate-limit': { start: simulate({}, 'rate-limited'), kind: 'rate-limited', status: 429 },
        'out-of-order': { start: simulate({}, 'server-error'), kind: 'unreachable' },
        'close-mid-sentence': { start: simulate({}, 'close-mid-sentence'), kind: 'closed' },
      },
    },
    stt: {
      start: simulate(),
      stall: simulate({}, 'stall'),
      unsupported: [{ keyterms: ['a key term that is too long'] }, { language: 'x-klingon' }],
      faults: {
        'bad-key': { start: simulate({}, 'unauthorized'), kind: 'rejected', providerCode: 'invalid_api_key' },
        'bad-key-after-open': {
          start: simulate({}, 'reject-after-open'),
          kind: 'rejected',
          providerCode: 'auth_error',
        },
        'no-permission': {
          start: simulate({ permissions: ['text_to_speech'] }),
          kind: 'limited',
          providerCode: 'missing_permissions',
        },
        'no-credit': { start: simulate({}, 'quota-mid-stream'), kind: 'out-of-credit', providerCode: 'quota_exceeded' },
        'rate-limit': { start: simulate({}, 'rate-limited'), kind: 'rate-limited', status: 429 },
        'out-of-order': { start: simulate({}, 'server-error'), kind: 'unreachable' },
        'close-mid-sentence': { start: simulate({}, 'close-mid-sentence'), kind: 'closed' },
      },
    },
  },
})
