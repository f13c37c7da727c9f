import { createSerpApiSimulator } from '../../simulators/serpapi/index.ts'
import type { SerpApiFault, SerpApiSimulatedKey } from '../../simulators/serpapi/index.ts'
import type { KeyStatus } from '../../src/provider-kit/index.ts'
import { answering, describeConformance, readFixtures } from '../../src/testing/conformance/index.ts'
import type { Answer, SearchStand } from '../../src/testing/conformance/index.ts'
import serpapi from './index.ts'

const KEY = '5e12f1a9c0ffee00'.repeat(4)
type Fixture = Answer & { name: string; verdict: KeyStatus; metadata?: Record<string, unknown> }
const fixtures = readFixtures<Fixture[]>(new URL('./fixtures/check-key.json', import.meta.url), { KEY })

const simulate =
  (account: SerpApiSimulatedKey = {}, fault?: SerpApiFault) =>
  async () => {
    const simulator = await createSerpApiSimulator({ keys: { [KEY]: account } })
    simulator.setFault(fault)
    return simulator
  }
const search: SearchStand = {
  start: simulate(),
  startEmpty: () => createSerpApiSimulator({ keys: { [KEY]: {} }, findPages: () => [], findPlaces: () => [] }),
  faults: {
    'bad-key': { start: () => createSerpApiSimulator({ keys: {} }), kind: 'rejected' },
    'no-credit': { start: simulate({ planSearchesLeft: 0 }), kind: 'out-of-credit' },
    'rate-limit': { start: simulate({ searchesPerHour: 1, searchesThisHour: 1 }), kind: 'rate-limited' },
    'malformed-message': { start: answering(() => ({ status: 200, body: '{"organic_results":[{' })), kind: 'failed' },
    'out-of-order': { start: simulate({}, 'failed-search'), kind: 'unreachable' },
  },
}

describeConformance({
  plugin: serpapi,
  stand: {
    credentials: { apiKey: KEY },
    keys: [
      ...fixtures.map(({ name, verdict, metadata, ...answer }) => ({
        name,
        status: verdict,
        metadata,
        start: answering(() => answer),
      })),
      { name: 'simulated', status: 'valid', start: simulate() },
      { name: 'simulated without searches left', status: 'out-of-credit', start: simulate({ planSearchesLeft: 0 }) },
      { name: 'simulated, the account deleted', status: 'rejected', start: simulate({ isDeleted: true }) },
    ],
    webSearch: search,
    mapsSearch: search,
  },
})
