import { createExaSimulator } from '../../simulators/exa/index.ts'
import type { ExaFault, ExaSimulatedKey } from '../../simulators/exa/index.ts'
import type { KeyStatus } from '../../src/provider-kit/index.ts'
import { answering, describeConformance, readFixtures } from '../../src/testing/conformance/index.ts'
import type { Answer } from '../../src/testing/conformance/index.ts'
import exa from './index.ts'

const KEY = '0c0ffee0-5ec4-4e7a-9bad-7a11ab1e5eed'
type Fixture = { name: string; team: Answer; search?: Answer; verdict: KeyStatus; metadata?: Record<string, unknown> }
const fixtures = readFixtures<Fixture[]>(new URL('./fixtures/check-key.json', import.meta.url), { KEY })

const simulate =
  (account: ExaSimulatedKey = {}, fault?: ExaFault) =>
  async () => {
    const simulator = await createExaSimulator({ keys: { [KEY]: account } })
    simulator.setFault(fault)
    return simulator
  }

describeConformance({
  plugin: exa,
  stand: {
    credentials: { apiKey: KEY },
    keys: [
      ...fixtures.map(({ name, team, search, verdict, metadata }) => ({
        name,
        status: verdict,
        metadata,
        start: answering(({ path }) => (path === '/search' ? search : team)),
      })),
      { name: 'simulated', status: 'valid', start: simulate() },
      { name: 'simulated without credit', status: 'out-of-credit', start: simulate({ credit: 0 }) },
      { name: 'simulated, unknown', status: 'rejected', start: () => createExaSimulator({ keys: {} }) },
    ],
    webSearch: {
      start: simulate(),
      startEmpty: () => createExaSimulator({ keys: { [KEY]: {} }, findPages: () => [] }),
      faults: {
        'bad-key': { start: () => createExaSimulator({ keys: {} }), kind: 'rejected' },
        'no-credit': { start: simulate({ credit: 0 }), kind: 'out-of-credit' },
        'rate-limit': { start: simulate({}, 'rate-limit'), kind: 'rate-limited' },
        'malformed-message': { start: answering(() => ({ status: 200, body: '{"results":[{' })), kind: 'failed' },
        'out-of-order': { start: simulate({}, 'overloaded'), kind: 'unreachable' },
      },
    },
  },
})
