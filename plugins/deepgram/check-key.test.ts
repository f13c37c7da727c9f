import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { DeepgramAccount } from '../../simulators/deepgram/index.ts'
import { createDeepgramSimulator } from '../../simulators/deepgram/index.ts'
import type { SimulatorAnswer } from '../../simulators/kit/index.ts'
import { createSimulatorServer } from '../../simulators/kit/index.ts'
import { checkKey } from './check-key.ts'

const KEY = 'k3y0'.repeat(10)
const answers: Record<string, { status: number; body: unknown }> = JSON.parse(
  readFileSync(new URL('./fixtures/answers.json', import.meta.url), 'utf8'),
)

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

const check = async (origin: string, signal = AbortSignal.timeout(8000)) => {
  const verdict = await checkKey({ credentials: { apiKey: KEY }, origins: { api: origin }, signal })
  expect(JSON.stringify(verdict)).not.toContain(KEY)
  return verdict
}

const fixture = (name: string): SimulatorAnswer => {
  const { status, body } = answers[name] as { status: number; body: unknown }
  return { status, body }
}

/** Deepgram answering with recorded answers. */
async function replay({ projects, balances, listen }: { projects: string; balances?: string; listen?: string }) {
  const server = await createSimulatorServer({
    onRequest: ({ path, headers }) => {
      if (headers.authorization !== `Token ${KEY}`) return { status: 500 }
      if (path === '/v1/projects') return fixture(projects)
      return balances && path.endsWith('/balances') ? fixture(balances) : { status: 404 }
    },
    onUpgrade: () => (listen ? { refuse: fixture(listen) } : { accept: () => {} }),
  })
  open.push(server)
  return server
}

describe('checkKey', () => {
  const name = { projectName: 'Corner Bakery' }
  const noBalance = { ...name, balance: null, currency: null }
  it.each([
    [{ projects: 'projects', balances: 'balances' }, 'valid', { ...name, balance: 123.5, currency: 'USD' }],
    [{ projects: 'noProjects' }, 'valid', { projectName: null, balance: null, currency: null }],
    [{ projects: 'projects', balances: 'permissionsPlain' }, 'valid', noBalance],
    [{ projects: 'projects', balances: 'permissionsLegacy' }, 'valid', noBalance],
    [{ projects: 'projects', balances: 'permissionsModern' }, 'valid', noBalance],
    [{ projects: 'projects', balances: 'rateLimited' }, 'valid', noBalance],
    [{ projects: 'projects', balances: 'outOfOrder' }, 'valid', noBalance],
    [{ projects: 'projects', balances: 'emptyBalance' }, 'valid', { ...name, balance: 0, currency: 'USD' }],
    [
      { projects: 'projects', balances: 'emptyBalance', listen: 'paymentRequired' },
      'out-of-credit',
      { ...name, balance: 0, currency: 'USD' },
    ],
    [{ projects: 'projects', balances: 'paymentRequired' }, 'out-of-credit', {}],
    [{ projects: 'paymentRequired' }, 'out-of-credit', {}],
    [{ projects: 'invalidAuth' }, 'rejected', {}],
    [{ projects: 'permissionsPlain' }, 'limited', {}],
    [{ projects: 'permissionsLegacy' }, 'limited', {}],
    [{ projects: 'permissionsModern' }, 'limited', {}],
    [{ projects: 'rateLimited' }, 'unreachable', {}],
    [{ projects: 'outOfOrder' }, 'unreachable', {}],
  ])('given %j says %s', async (given, status, metadata) => {
    const { origin } = await replay(given)
    const verdict = await check(origin)
    expect([verdict.status, verdict.metadata]).toEqual([status, metadata])
    const stt = { valid: true, limited: true, rejected: false, 'out-of-credit': false }[status]
    expect(verdict.capabilities).toEqual(stt === undefined ? {} : { stt, tts: stt })
    expect(verdict.message.length).toBeGreaterThan(20)
    expect(verdict.fixUrl === undefined).toBe(status === 'valid' || status === 'unreachable')
  })

  it.each([
    [{ state: 'valid', balance: 7.25 }, 'valid', 7.25],
    [{ state: 'no-billing-scope' }, 'valid', null],
    [{ state: 'no-credit' }, 'out-of-credit', 0],
    [{ state: 'revoked' }, 'rejected', undefined],
    [{ state: 'no-project-scope' }, 'limited', undefined],
  ] as const)('given the simulated account %j says %s', async (account, status, balance) => {
    const keys: Record<string, DeepgramAccount> = { [KEY]: { projectName: 'Bakery', ...account } }
    const simulator = await createDeepgramSimulator({ keys })
    open.push(simulator)
    const verdict = await check(simulator.origin)
    expect([verdict.status, verdict.metadata.balance]).toEqual([status, balance])
    expect([...simulator.seenKeys]).toEqual([KEY])
    expect(simulator.sessions.map((session) => session.audioBytes)).toEqual([])
  })
})
