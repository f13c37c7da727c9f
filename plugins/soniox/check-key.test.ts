import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { SimulatorAnswer } from '../../simulators/kit/index.ts'
import { createSimulatorServer } from '../../simulators/kit/index.ts'
import type { SonioxFault, SonioxKeyState } from '../../simulators/soniox/index.ts'
import { createSonioxSimulator } from '../../simulators/soniox/index.ts'
import { checkKey } from './check-key.ts'
import { sonioxCredentials } from './credentials.ts'

const KEY = 'k3y0'.repeat(16)
const answers: Record<string, { status: number; body: unknown }> = JSON.parse(
  readFileSync(new URL('./fixtures/answers.json', import.meta.url), 'utf8'),
)

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

const check = async (origin: string, signal = AbortSignal.timeout(8000)) => {
  const origins = { api: origin, realtime: origin }
  const verdict = await checkKey({ credentials: { apiKey: KEY }, origins, signal })
  expect(JSON.stringify(verdict)).not.toContain(KEY)
  return verdict
}

const fixture = (name: string): SimulatorAnswer => {
  const { status, body } = answers[name] as { status: number; body: unknown }
  return { status, body }
}

/** Soniox answering with recorded answers; a stream ends in order or with the message given. */
async function replay({ models, limits, stream }: { models: string; limits?: string; stream?: object }) {
  let streams = 0
  const server = await createSimulatorServer({
    onRequest: ({ path, headers }) => {
      if (headers.authorization !== `Bearer ${KEY}`) return { status: 500 }
      if (path === '/v1/models') return fixture(models)
      return limits && path === '/v1/concurrency-limits' ? fixture(limits) : { status: 404 }
    },
    onUpgrade: () => ({
      accept: (socket) => {
        streams++
        socket.on('message', (data: Buffer) => {
          if (data.length === 0) socket.send(JSON.stringify(stream ?? { tokens: [], finished: true }))
        })
      },
    }),
  })
  open.push(server)
  return { origin: server.origin, streams: () => streams }
}

describe('checkKey', () => {
  const known = { liveModels: 1, streamLimit: 10, openStreams: 3 }
  const unlimited = { liveModels: 1, streamLimit: null, openStreams: null }
  const empty = {
    error_code: 402,
    error_type: 'organization_balance_exhausted',
    error_message: `Organization balance exhausted for ${KEY}`,
  }
  it.each([
    [{ models: 'models', limits: 'limits' }, 'valid', known, 1],
    [{ models: 'models', limits: 'limits', stream: empty }, 'out-of-credit', known, 1],
    [{ models: 'models', stream: { error_code: 402, error_message: 'x' } }, 'out-of-credit', unlimited, 1],
    [{ models: 'models', limits: 'limits', stream: { error_code: 429 } }, 'valid', known, 1],
    [{ models: 'models', limits: 'limits', stream: { error_code: 503 } }, 'valid', known, 1],
    [{ models: 'models', limits: 'limits', stream: { error_code: 401 } }, 'limited', known, 1],
    [
      { models: 'models', limits: 'limitsReached', stream: empty },
      'valid',
      { liveModels: 1, streamLimit: 10, openStreams: 9 },
      0,
    ],
    [{ models: 'models', limits: 'permissionDenied' }, 'valid', unlimited, 1],
    [{ models: 'models', limits: 'outOfOrder' }, 'valid', unlimited, 1],
    [{ models: 'unauthenticated' }, 'rejected', {}, 0],
    [{ models: 'permissionDenied' }, 'limited', {}, 0],
    [{ models: 'balanceExhausted' }, 'out-of-credit', {}, 0],
    [{ models: 'limitExceeded' }, 'unreachable', {}, 0],
    [{ models: 'outOfOrder' }, 'unreachable', {}, 0],
  ])('given %j says %s', async (given, status, metadata, streams) => {
    const server = await replay(given)
    const verdict = await check(server.origin)
    expect([verdict.status, verdict.metadata]).toEqual([status, metadata])
    expect(server.streams()).toBe(streams)
    expect(verdict.capabilities).toEqual(status === 'unreachable' ? {} : { stt: status === 'valid' })
    expect(verdict.message.length).toBeGreaterThan(20)
    expect(verdict.fixUrl === undefined).toBe(status === 'valid' || status === 'unreachable')
  })

  it('calls a key good whose stream says nothing until the deadline', async () => {
    const server = await createSimulatorServer({
      onRequest: () => fixture('models'),
      onUpgrade: () => ({ accept: () => {} }),
    })
    open.push(server)
    expect((await check(server.origin, AbortSignal.timeout(500))).status).toBe('valid')
  })

  it('says how long Soniox asks to wait', async () => {
    const simulator = await createSonioxSimulator({
      keys: { [KEY]: { state: 'valid' } },
      faults: { '*': { kind: 'refuse', status: 429 } },
    })
    open.push(simulator)
    expect(await check(simulator.origin)).toMatchObject({ status: 'unreachable', retryAfterMs: 7000 })
  })

  it.each<[SonioxKeyState, string]>([
    ['valid', 'valid'],
    ['no-credit', 'out-of-credit'],
    ['no-budget', 'out-of-credit'],
    ['revoked', 'rejected'],
    ['organization', 'limited'],
  ])('given a simulated key that is %s says %s', async (state, status) => {
    const simulator = await createSonioxSimulator({ keys: { [KEY]: { state } }, latencies: { handshakeMs: 0 } })
    open.push(simulator)
    const verdict = await check(simulator.origin)
    expect(verdict.status).toBe(status)
    expect([...simulator.seenKeys]).toEqual([KEY])
    for (const session of simulator.sessions) {
      expect([session.audioBytes, JSON.stringify(session.start).includes(KEY)]).toEqual([0, false])
    }
  })

  it.each<[SonioxFault, string]>([
    [{ kind: 'refuse', status: 403 }, 'limited'],
    [{ kind: 'refuse', status: 500 }, 'unreachable'],
    [{ kind: 'refuse-after-open', code: 402, type: 'project_monthly_budget_exhausted' }, 'out-of-credit'],
    [{ kind: 'refuse-after-open', code: 500 }, 'valid'],
  ])('given the fault %j says %s', async (fault, status) => {
    const simulator = await createSonioxSimulator({ keys: { [KEY]: { state: 'valid' } }, faults: { '*': fault } })
    open.push(simulator)
    expect((await check(simulator.origin)).status).toBe(status)
  })
})

describe('sonioxCredentials', () => {
  it('takes a key with the blanks around it, and refuses the key of an organization', () => {
    expect(sonioxCredentials.parse({ apiKey: ` ${KEY}\n` })).toEqual({ apiKey: KEY })
    const refused = sonioxCredentials.safeParse({ apiKey: 'snx_org_0123456789' })
    expect(refused.error?.issues[0]?.message).toContain('make one in a project')
    expect(sonioxCredentials.safeParse({ apiKey: 'two words' }).success).toBe(false)
  })
})
