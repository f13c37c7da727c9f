import { answering, describeConformance, readFixtures } from '../../src/testing/conformance/index.ts'
import type { Answer, Fault, KeyState } from '../../src/testing/conformance/index.ts'
import type { ProviderErrorKind } from '../../src/provider-kit/index.ts'
import acme from './index.ts'
import { createAcmeSimulator } from './testing/create-acme-simulator.ts'
import type { AcmeFault } from './testing/create-acme-simulator.ts'

const KEY = 'acme_0123456789abcdef0123456789'

/** Recorded answers, `KEY` in the place of the key. */
type Recorded = Answer & { name: string; verdict: KeyState['status'] }
const recorded = readFixtures<Recorded[]>(new URL('./fixtures/check-key.json', import.meta.url), { KEY })

const simulate = (fault?: AcmeFault) => () => createAcmeSimulator({ key: KEY, fault })
const playing = (fault: AcmeFault, kind: ProviderErrorKind, providerCode?: string): Fault => ({
  start: simulate(fault),
  kind,
  providerCode,
})

describeConformance({
  plugin: acme,
  stand: {
    credentials: { apiKey: KEY },
    keys: [
      ...recorded.map(({ name, verdict, ...answer }) => ({ name, status: verdict, start: answering(() => answer) })),
      { name: 'simulated', status: 'valid', start: simulate(), metadata: { minutesLeft: 120.5 } },
    ],
    stt: {
      start: simulate(),
      stall: simulate('stall'),
      unsupported: [{ keyterms: ['tart'] }],
      faults: {
        'bad-key': { start: () => createAcmeSimulator({ key: 'another' }), kind: 'rejected', providerCode: 'bad_key' },
        'bad-key-after-open': playing('bad-key-after-open', 'rejected', 'bad_key'),
        'no-permission': playing('no-permission', 'limited', 'no_permission'),
        'no-credit': playing('no-minutes', 'out-of-credit', 'no_minutes'),
        'rate-limit': playing('too-many-streams', 'rate-limited', 'too_many_streams'),
        'out-of-order': playing('internal', 'unreachable', 'internal'),
        'close-mid-sentence': playing('close-mid-sentence', 'closed'),
      },
    },
  },
})
