import { createHumeSimulator } from '../../simulators/hume/index.ts'
import type { HumeFault, HumeSimulatedKey } from '../../simulators/hume/index.ts'
import type { KeyStatus, ProviderErrorKind } from '../../src/provider-kit/index.ts'
import { answering, describeConformance, readFixtures } from '../../src/testing/conformance/index.ts'
import type { Answer, Fault } from '../../src/testing/conformance/index.ts'
import hume from './index.ts'

const KEY = '5ec4e75ec4e75ec4e75ec4e75ec4e7'
type Fixture = Answer & { name: string; verdict: KeyStatus }
const fixtures = readFixtures<Fixture[]>(new URL('./fixtures/check-key.json', import.meta.url), { '5ec4e7key': KEY })

const simulate =
  (fault?: HumeFault, account: HumeSimulatedKey = {}) =>
  async () => {
    const simulator = await createHumeSimulator({ keys: { [KEY]: account }, latencies: { realTimeFactor: 0.01 } })
    simulator.setFault(fault)
    return simulator
  }
const playing = (fault: HumeFault, kind: ProviderErrorKind): Fault => ({ start: simulate(fault), kind })

describeConformance({
  plugin: hume,
  stand: {
    credentials: { apiKey: KEY },
    sdk: 'hume',
    keys: [
      ...fixtures.map(({ name, verdict, ...answer }) => ({ name, status: verdict, start: answering(() => answer) })),
      { name: 'simulated', status: 'valid', start: simulate() },
      { name: 'simulated, unknown', status: 'rejected', start: simulate('unauthorized') },
    ],
    tts: {
      start: simulate(undefined, { customVoices: ['own-1'] }),
      stall: simulate('stall'),
      faults: {
        'bad-key': playing('unauthorized', 'rejected'),
        'bad-key-after-open': playing('reject-after-open', 'rejected'),
        'no-credit': { start: simulate(undefined, { credits: 5 }), kind: 'out-of-credit', providerCode: 'E0300' },
        'rate-limit': playing('too-many-requests', 'rate-limited'),
        'out-of-order': playing('server-error', 'unreachable'),
        'close-mid-sentence': playing('close-mid-sentence', 'closed'),
      },
    },
  },
})
