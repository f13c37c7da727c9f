import type { ProviderErrorKind } from '../../src/provider-kit/index.ts'
import { answering, describeConformance, readFixtures } from '../../src/testing/conformance/index.ts'
import type { Answer, Fault, KeyState } from '../../src/testing/conformance/index.ts'
import speechmatics from './index.ts'
import { createSpeechmaticsSimulator } from './testing/create-speechmatics-simulator.ts'
import type { SpeechmaticsFault } from './testing/create-speechmatics-simulator.ts'

const KEY = 'wmz9fkLJM6U5NdyaG3HLHybGZj65PXp0'

/** Recorded answers, `KEY` in the place of the key. */
type Recorded = Answer & { name: string; verdict: KeyState['status'] }
const recorded = readFixtures<Recorded[]>(new URL('./fixtures/check-key.json', import.meta.url), { KEY })

const simulate = (fault?: SpeechmaticsFault) => () => createSpeechmaticsSimulator({ key: KEY, fault })
const startUnknown = () => createSpeechmaticsSimulator({ key: 'another' })
const told = (type: SpeechmaticsFault, kind: ProviderErrorKind): Fault => ({
  start: simulate(type),
  kind,
  providerCode: type,
})

describeConformance({
  plugin: speechmatics,
  stand: {
    credentials: { apiKey: KEY },
    keys: [
      ...recorded.map(({ name, verdict, ...answer }) => ({ name, status: verdict, start: answering(() => answer) })),
      { name: 'simulated', status: 'valid', start: simulate() },
      { name: 'simulated, unknown', status: 'rejected', start: startUnknown },
    ],
    stt: {
      start: simulate(),
      models: ['standard'],
      stall: simulate('stall'),
      unsupported: [{ model: 'melia-1', keyterms: ['tart'] }],
      faults: {
        'bad-key': { start: startUnknown, kind: 'rejected', status: 401 },
        'bad-key-after-open': told('not_authorised', 'rejected'),
        'no-permission': told('not_allowed', 'limited'),
        'no-credit': told('timelimit_exceeded', 'out-of-credit'),
        'rate-limit': told('quota_exceeded', 'rate-limited'),
        'out-of-order': told('internal_error', 'unreachable'),
        'close-mid-sentence': { start: simulate('close-mid-sentence'), kind: 'closed', status: 1000 },
      },
    },
  },
})
