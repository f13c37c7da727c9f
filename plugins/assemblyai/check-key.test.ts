import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { AssemblyAiFault, AssemblyAiKeyState } from '../../simulators/assemblyai/index.ts'
import { createAssemblyAiSimulator } from '../../simulators/assemblyai/index.ts'
import { createSimulatorServer } from '../../simulators/kit/index.ts'
import { checkKey } from './check-key.ts'
import { assemblyAiCredentials } from './credentials.ts'

const KEY = 'k3y0'.repeat(8)
const answers: Record<string, { status: number; body: unknown }> = JSON.parse(
  readFileSync(new URL('./fixtures/answers.json', import.meta.url), 'utf8'),
)

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

const check = async (origin: string, signal = AbortSignal.timeout(8000)) => {
  const origins = { api: origin, streaming: origin }
  const verdict = await checkKey({ credentials: { apiKey: KEY }, origins, signal })
  expect(JSON.stringify(verdict)).not.toMatch(new RegExp(`${KEY}|private-call`))
  return verdict
}

/** AssemblyAI answering with recorded answers; a stream begins, or is refused with the message and close given. */
async function replay({ transcripts, stream }: { transcripts: string; stream?: { message?: object; code: number } }) {
  const { status, body } = answers[transcripts] as { status: number; body: unknown }
  const server = await createSimulatorServer({
    onRequest: ({ path, query, headers }) =>
      headers.authorization === KEY && path === '/v2/transcript' && query.get('limit') === '1'
        ? { status, body }
        : { status: 500 },
    onUpgrade: () => ({
      accept: (socket) => {
        if (stream?.message) socket.send(JSON.stringify(stream.message))
        if (stream) return socket.close(stream.code, `for ${KEY}`)
        socket.send('{"type":"Begin","id":"b-1","expires_at":1}')
        socket.on('message', () => socket.send('{"type":"Termination"}'))
      },
    }),
  })
  open.push(server)
  return server.origin
}

const error = (error_code: number | undefined, error: string) => ({ type: 'Error', error_code, error })

describe('checkKey', () => {
  it.each([
    [{ transcripts: 'transcripts' }, 'valid'],
    [{ transcripts: 'unauthorized' }, 'rejected'],
    [{ transcripts: 'negativeBalance' }, 'out-of-credit'],
    [{ transcripts: 'badRequest' }, 'unreachable'],
    [{ transcripts: 'paymentMethod' }, 'limited'],
    [{ transcripts: 'rateLimited' }, 'unreachable'],
    [{ transcripts: 'outOfOrder' }, 'unreachable'],
    [
      {
        transcripts: 'transcripts',
        stream: { message: error(1008, 'Unauthorized Connection: Insufficient balance'), code: 1008 },
      },
      'out-of-credit',
    ],
    [
      {
        transcripts: 'transcripts',
        stream: { message: error(undefined, 'Unauthorized Connection: Account balance is negative'), code: 1008 },
      },
      'out-of-credit',
    ],
    [
      {
        transcripts: 'transcripts',
        stream: { message: error(1008, 'Unauthorized Connection: Too many concurrent sessions'), code: 1008 },
      },
      'valid',
    ],
    [
      {
        transcripts: 'transcripts',
        stream: { message: error(3009, 'Unauthorized Connection: Too many concurrent sessions'), code: 3009 },
      },
      'valid',
    ],
    [
      {
        transcripts: 'transcripts',
        stream: { message: error(1008, 'Unauthorized Connection: Account disabled'), code: 1008 },
      },
      'limited',
    ],
    [{ transcripts: 'transcripts', stream: { message: error(3005, 'Server error'), code: 3005 } }, 'valid'],
    [{ transcripts: 'transcripts', stream: { code: 1008 } }, 'limited'],
    [{ transcripts: 'transcripts', stream: { code: 1000 } }, 'valid'],
  ])('given %j says %s', async (given, status) => {
    const verdict = await check(await replay(given))
    expect(verdict.status).toBe(status)
    expect(verdict.capabilities).toEqual(status === 'unreachable' ? {} : { stt: status === 'valid' })
    expect(verdict.message.length).toBeGreaterThan(20)
    expect(verdict.fixUrl === undefined).toBe(status === 'valid' || status === 'unreachable')
  })

  it.each<[AssemblyAiKeyState, string]>([
    ['valid', 'valid'],
    ['no-credit', 'out-of-credit'],
    ['negative-balance', 'out-of-credit'],
    ['revoked', 'rejected'],
  ])('given a simulated key that is %s says %s', async (state, status) => {
    const simulator = await createAssemblyAiSimulator({ keys: { [KEY]: { state } } })
    open.push(simulator)
    expect((await check(simulator.origin)).status).toBe(status)
    expect([...simulator.seenKeys]).toEqual([KEY])
    expect(simulator.sessions.map((session) => session.audioBytes).filter(Boolean)).toEqual([])
    expect(JSON.stringify(simulator.requests.map(({ path, query }) => [path, String(query)]))).not.toContain(KEY)
  })

  it.each<[AssemblyAiFault, string, number | undefined]>([
    [{ kind: 'refuse', status: 429 }, 'unreachable', 9000],
    [{ kind: 'refuse', status: 402 }, 'out-of-credit', undefined],
    [{ kind: 'never-begin' }, 'valid', undefined],
  ])('given the fault %j says %s', async (fault, status, retryAfterMs) => {
    const simulator = await createAssemblyAiSimulator({ keys: { [KEY]: { state: 'valid' } }, faults: { '*': fault } })
    open.push(simulator)
    const verdict = await check(simulator.origin, AbortSignal.timeout(1000))
    expect([verdict.status, verdict.retryAfterMs]).toEqual([status, retryAfterMs])
  })
})

describe('assemblyAiCredentials', () => {
  it('takes a key with the blanks around it, and refuses what no header can carry', () => {
    expect(assemblyAiCredentials.parse({ apiKey: ` ${KEY}\n` })).toEqual({ apiKey: KEY })
    expect(assemblyAiCredentials.safeParse({ apiKey: 'two words' }).success).toBe(false)
  })
})
