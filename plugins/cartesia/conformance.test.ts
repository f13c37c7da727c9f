import { createCartesiaSimulator } from '../../simulators/cartesia/index.ts'
import type { CartesiaFault, CartesiaSimulatedKey } from '../../simulators/cartesia/index.ts'
import type { KeyStatus, ProviderErrorKind } from '../../src/provider-kit/index.ts'
import { answering, describeConformance, readFixtures } from '../../src/testing/conformance/index.ts'
import type { Answer, Fault } from '../../src/testing/conformance/index.ts'
import cartesia from './index.ts'

const KEY = 'sk_car_5ec4e75ec4e75ec4e75ec4e7'
type Fixture = Answer & { name: string; verdict: KeyStatus }
const fixtures = readFixtures<Fixture[]>(new URL('./fixtures/check-key.json', import.meta.url), { sk_car_5ec4e7: KEY })

const simulate =
  (fault?: CartesiaFault, account: CartesiaSimulatedKey = {}) =>
  async () => {
    const simulator = await createCartesiaSimulator({
      keys: { [KEY]: account },
      latencies: { firstAudioMs: 2, realTimeFactor: 0.01 },
    })
    simulator.setFault(fault)
    return simulator
  }
const playing = (fault: CartesiaFault, kind: ProviderErrorKind): Fault => ({ start: simulate(fault), kind })

describeConformance({
  plugin: cartesia,
  stand: {
    credentials: { apiKey: KEY },
    sdk: '@cartesia/cartesia-js',
    keys: [
      ...fixtures.map(({ name, verdict, ...answer }) => ({ name, status: verdict, start: answering(() => answer) })),
      { name: 'simulated', status: 'valid', start: simulate() },
      { name: 'simulated, unknown', status: 'rejected', start: simulate('unauthorized') },
      { name: 'simulated, unknown, told in text', status: 'rejected', start: simulate('unauthorized-in-text') },
    ],
    tts: {
      start: simulate(undefined, { ownVoices: ['own-1', 'own-2'] }),
      stall: simulate('stall'),
      faults: {
        'bad-key': playing('unauthorized', 'rejected'),
        'bad-key-after-open': playing('reject-after-open', 'rejected'),
        'no-credit': { ...playing('quota-mid-stream', 'out-of-credit'), providerCode: 'quota_exceeded' },
        'out-of-order': playing('server-error', 'unreachable'),
        'close-mid-sentence': playing('close-mid-sentence', 'closed'),
      },
    },
  },
})
