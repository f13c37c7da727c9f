import { afterEach, describe, expect, it } from '@jest/globals'
import type { WebSocket } from 'ws'
import type { DeepgramSimulator, DeepgramSimulatorOptions } from '../../simulators/deepgram/index.ts'
import { createDeepgramSimulator } from '../../simulators/deepgram/index.ts'
import type { SimulatorAnswer, SimulatorRequest } from '../../simulators/kit/index.ts'
import { createSimulatorServer } from '../../simulators/kit/index.ts'
import { listUtterances, loadUtterance } from '../../simulators/speech/library.ts'
import type { AudioEncoding, ProviderError } from '../../src/provider-kit/index.ts'
import { FRAME_BYTES, SILENCE_BYTE } from '../../src/provider-kit/index.ts'
import type { SttEvent, SttOptions } from '../../src/provider-kit/index.ts'
import { stt } from './stt.ts'

const KEY = 'k3y0'.repeat(10)
const QUICK = { handshakeMs: 0, interimMs: 0, finalMs: 0, eagerMs: 0 }

const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

async function simulate(options: Partial<DeepgramSimulatorOptions> = {}): Promise<DeepgramSimulator> {
  const keys = { [KEY]: { projectName: 'Bakery', state: 'valid' as const } }
  const simulator = await createDeepgramSimulator({ keys, latencies: QUICK, ...options })
  opened.push(simulator)
  return simulator
}

/** A server that does with the socket what a test wants. */
async function serve(accept: (socket: WebSocket, request: SimulatorRequest) => void, refuse?: SimulatorAnswer) {
  const server = await createSimulatorServer({
    onRequest: () => ({ status: 404 }),
    onUpgrade: (request) => (refuse ? { refuse } : { accept: (socket) => accept(socket, request) }),
  })
  opened.push(server)
  return server
}

const silence = (ms: number, encoding: AudioEncoding = 'mulaw') => Buffer.alloc(ms * 8, SILENCE_BYTE[encoding])
const say = (id: string, encoding: AudioEncoding = 'mulaw') =>
  Buffer.concat([silence(200, encoding), loadUtterance(id, encoding), silence(500, encoding)])
const isType = (type: SttEvent['type']) => (event: SttEvent) => event.type === type

function open(origin: string, options: Partial<SttOptions> = {}) {
  const events: SttEvent[] = []
  let watchers: { matches: (event: SttEvent) => boolean; resolve: () => void }[] = []
  const stream = stt.open(
    { credentials: { apiKey: KEY }, origins: { api: origin } },
    { format: { encoding: 'mulaw', sampleRate: 8000 }, ...options },
    (event) => {
      events.push(event)
      watchers = watchers.filter((watcher) => {
        const matched = watcher.matches(event)
        if (matched) watcher.resolve()
        return !matched
      })
    },
  )
  const seen = (matches: (event: SttEvent) => boolean) =>
    events.some(matches) ? Promise.resolve() : new Promise<void>((resolve) => watchers.push({ matches, resolve }))
  opened.push({
    close: async () => {
      stream.destroy()
      await seen(isType('closed'))
    },
  })
  const send = (audio: Buffer) => {
    for (let at = 0; at < audio.length; at += FRAME_BYTES) stream.send(audio.subarray(at, at + FRAME_BYTES))
  }
  return { stream, events, seen, send }
}

const turnsOf = (events: SttEvent[]) => events.flatMap((event) => (event.type === 'end-of-turn' ? [event.text] : []))

/** The error of a stream that failed: one error, then closed, then nothing. */
async function failureOf({ events, seen }: ReturnType<typeof open>): Promise<ProviderError> {
  await seen(isType('closed'))
  expect(events.slice(-2).map((event) => event.type)).toEqual(['error', 'closed'])
  expect(events.filter((event) => event.type === 'error' || event.type === 'closed')).toHaveLength(2)
  expect(JSON.stringify(events)).not.toContain(KEY)
  const [error] = events.flatMap((event) => (event.type === 'error' ? [event.error] : []))
  expect(`${error?.message} ${error?.stack}`).not.toContain(KEY)
  return error as ProviderError
}

const spoken = listUtterances().filter((utterance) => utterance.text && !utterance.segments)

describe.each([
  ['nova-3', '/v1/listen'],
  ['flux-general-en', '/v2/listen'],
  ['flux-general-multi', '/v2/listen'],
])('a stream of %s', (model, path) => {
  it.each(['mulaw', 'alaw'] as const)('hears every utterance in %s as one turn each', async (encoding) => {
    const simulator = await simulate()
    const { events, seen, send, stream } = open(simulator.origin, { model, format: { encoding, sampleRate: 8000 } })
    await seen(isType('open'))
    let sentMs = 0
    for (const { id } of spoken) {
      const audio = say(id, encoding)
      sentMs += audio.length / 8
      send(audio)
    }
    stream.close()
    await seen(isType('closed'))
    expect(turnsOf(events)).toEqual(spoken.map((utterance) => utterance.text))
    expect(events[0]).toEqual({ type: 'open', requestId: simulator.sessions[0]?.id })
    expect(simulator.requests[0]?.path).toBe(path)
    const closed = events.at(-1)
    expect(Math.abs((closed?.type === 'closed' ? closed.audioMs : 0) - sentMs)).toBeLessThanOrEqual(20)
  })
})

describe('stt.open', () => {
  it('hears live audio, shows interims of the whole turn and leaves in order', async () => {
    const simulator = await simulate()
    const { events, seen, send, stream } = open(simulator.origin)
    await seen(isType('open'))
    send(say('phone-number'))
    await seen(isType('end-of-turn'))
    stream.close()
    await seen(isType('closed'))
    const text = 'My number is five five five, zero one four two.'
    const interims = events.flatMap((event) => (event.type === 'interim' ? [event.text] : []))
    expect(interims.length).toBeGreaterThan(5)
    for (const interim of interims) expect(text.startsWith(interim)).toBe(true)
    expect(events.filter(isType('final'))).toHaveLength(2)
    expect(turnsOf(events)).toEqual([text])
    expect(events.filter(isType('error'))).toEqual([])
    expect(simulator.sessions[0]?.closeCode).toBe(1000)
  })

  it('tells with Flux that a hesitation was no end', async () => {
    const { events, seen, send } = open((await simulate()).origin, { model: 'flux-general-en' })
    send(say('hesitate-change'))
    await seen(isType('end-of-turn'))
    const types = events.map((event) => event.type).filter((type) => type !== 'interim')
    const whole = [
      'open',
      'speech-started',
      'eager-end-of-turn',
      'turn-resumed',
      'eager-end-of-turn',
      'final',
      'end-of-turn',
    ]
    expect(types).toEqual(whole)
    expect(turnsOf(events)).toEqual(['I would like to change my reservation.'])
  })

  it('asks for what is still buffered when it closes in the middle of speech', async () => {
    const { events, seen, send, stream } = open((await simulate()).origin)
    await seen(isType('open'))
    send(say('book-table').subarray(0, 1500 * 8))
    stream.close()
    stream.send(silence(20))
    await seen(isType('closed'))
    expect(turnsOf(events)).toHaveLength(1)
    expect(turnsOf(events)[0]).toMatch(/^I would like to book/)
  })

  it('holds audio while the handshake takes its time, the last 10 s of it', async () => {
    const simulator = await simulate({ latencies: { ...QUICK, handshakeMs: 150 } })
    const { events, seen, send, stream } = open(simulator.origin)
    send(Buffer.concat([say('stop'), silence(9500), say('hello')]))
    stream.close()
    await seen(isType('closed'))
    expect(turnsOf(events)).toEqual(['Hello.'])
    expect(events.filter(isType('warning'))).toHaveLength(1)
    expect(simulator.sessions[0]?.audioBytes).toBeLessThanOrEqual(80_000)
  })

  it('sends no frame without bytes, and joins frames to 80 ms for Flux only', async () => {
    for (const [model, sizes] of [
      ['nova-3', [160, 160, 160, 160, 160]],
      ['flux-general-en', [640, 160]],
    ] as const) {
      const frames: number[] = []
      const server = await serve((socket) => {
        socket.on('message', (data: Buffer, isBinary) => {
          if (isBinary) frames.push(data.length)
          else if (String(data).includes('CloseStream')) socket.close(1000)
        })
      })
      const { seen, send, stream } = open(server.origin, { model })
      await seen(isType('open'))
      stream.send(Buffer.alloc(0))
      send(silence(100))
      stream.close()
      await seen(isType('closed'))
      expect(frames).toEqual(sizes)
    }
  })

  it('keeps a Nova stream without audio alive', async () => {
    const simulator = await simulate()
    const { seen } = open(simulator.origin)
    await seen(isType('open'))
    while (simulator.sessions[0]?.keepAlives === 0) await new Promise((resolve) => setTimeout(resolve, 50))
    expect(simulator.sessions[0]?.isOpen).toBe(true)
  })

  it('closes within 3 s although the provider does not answer', async () => {
    const { seen, stream, events } = open((await serve(() => {})).origin)
    await seen(isType('open'))
    const startedAt = Date.now()
    stream.close()
    await seen(isType('closed'))
    expect(Date.now() - startedAt).toBeLessThan(3000)
    expect(events.map((event) => event.type)).toEqual(['open', 'closed'])
  })

  it('delivers nothing but closed once it was destroyed', async () => {
    const { events, seen, send, stream } = open((await simulate()).origin)
    await seen(isType('open'))
    send(say('hello').subarray(0, 500 * 8))
    stream.destroy()
    await seen(isType('closed'))
    expect(events.map((event) => event.type)).toEqual(['open', 'closed'])
  })

  it('ends at once when closed or destroyed before it opened and nothing was said', async () => {
    const { origin } = await simulate({ latencies: { ...QUICK, handshakeMs: 1000 } })
    for (const how of ['close', 'destroy'] as const) {
      const { events, seen, stream } = open(origin)
      const startedAt = Date.now()
      stream[how]()
      await seen(isType('closed'))
      expect(Date.now() - startedAt).toBeLessThan(500)
      expect(events).toEqual([{ type: 'closed', audioMs: 0 }])
    }
  })

  it.each([
    [{ language: 'es-ES', model: 'flux-general-en' }, 'hears English only'],
    [{ keyterms: ['tart'], model: 'nova-2-phonecall' }, 'has no key terms'],
  ])('warns of options that the model lacks: %j', async (options, part) => {
    const { events, seen } = open((await simulate()).origin, options)
    await seen(isType('warning'))
    expect(events).toEqual([
      expect.objectContaining({ type: 'open' }),
      { type: 'warning', message: expect.stringContaining(part) },
    ])
  })

  it.each([
    [{}, { language: 'en', model: 'nova-3' }],
    [
      { language: 'de', keyterms: ['Brezel', 'Kuchen & Torte'] },
      { language: 'de', keyterm: 'Brezel|Kuchen & Torte' },
    ],
    [
      { model: 'flux-general-multi', language: 'pt-BR', keyterms: ['pão'] },
      { language_hint: 'pt', keyterm: 'pão' },
    ],
  ])('passes %j on', async (options, expected) => {
    const simulator = await simulate()
    const { seen } = open(simulator.origin, options)
    await seen(isType('open'))
    const query = simulator.requests[0]?.query ?? new URLSearchParams()
    const joined = Object.fromEntries([...query.keys()].map((name) => [name, query.getAll(name).join('|')]))
    expect(joined).toMatchObject({ encoding: 'mulaw', sample_rate: '8000', ...expected })
  })
})

describe('a stream that fails', () => {
  it.each([
    ['an unknown key', { keys: {} }, 'rejected', 401, 'INVALID_AUTH'],
    [
      'a project without credit',
      { faults: { '*': { kind: 'refuse', status: 402 } } },
      'out-of-credit',
      402,
      'ASR_PAYMENT_REQUIRED',
    ],
    [
      'a key without permission',
      { faults: { '*': { kind: 'refuse', status: 403 } } },
      'limited',
      403,
      'INSUFFICIENT_PERMISSIONS',
    ],
    [
      'too many streams',
      { faults: { '*': { kind: 'refuse', status: 429 } } },
      'rate-limited',
      429,
      'TOO_MANY_REQUESTS',
    ],
    ['a provider out of order', { faults: { '*': { kind: 'refuse', status: 500 } } }, 'unreachable', 500, undefined],
    [
      'a key revoked after the handshake',
      { faults: { '*': { kind: 'reject-after-open' } } },
      'rejected',
      1008,
      'INVALID_AUTH',
    ],
    ['no audio for too long', { idleMs: 30 }, 'closed', 1011, 'NET-0001'],
  ] as const)('says of %s: %j gives %s', async (_name, options, kind, status, providerCode) => {
    const error = await failureOf(open((await simulate(options)).origin))
    expect([error.kind, error.status, error.providerCode]).toEqual([kind, status, providerCode])
    expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('says of a model that is not there: invalid request', async () => {
    const error = await failureOf(open((await simulate()).origin, { model: 'flux-nonsense' }))
    expect([error.kind, error.status]).toEqual(['invalid-request', 400])
  })

  it('says of a close in the middle of an utterance what the reason says', async () => {
    const simulator = await simulate()
    for (const [reason, kind] of [
      ['NET-0000', 'unreachable'],
      ['DATA-0000', 'invalid-request'],
      [`so sorry, ${KEY}`, 'closed'],
    ] as const) {
      simulator.setFault({ kind: 'close-mid-utterance', afterMs: 200, reason })
      const live = open(simulator.origin)
      live.send(say('hello'))
      expect((await failureOf(live)).kind).toBe(kind)
    }
  })

  it('takes an orderly close that nobody asked for as a failure', async () => {
    const { origin } = await serve((socket) => socket.close(1000))
    expect((await failureOf(open(origin))).kind).toBe('closed')
  })

  it.each([
    [
      'dg-error holds the reason and the body none',
      { status: 401, headers: { 'dg-error': 'INSUFFICIENT_PERMISSIONS: no' } },
      'limited',
    ],
    ['the body is plain text', { status: 401, body: 'User does not have sufficient permissions.' }, 'limited'],
    ['neither says anything', { status: 401 }, 'rejected'],
    ['the body echoes the key', { status: 400, body: `bad token ${KEY}` }, 'invalid-request'],
  ])('reads the refusal where %s', async (_name, refusal, kind) => {
    const { origin } = await serve(() => {}, refusal)
    expect((await failureOf(open(origin))).kind).toBe(kind)
  })

  it('ends on a fatal message of Flux', async () => {
    const { origin } = await serve((socket) =>
      socket.send('{"type":"Error","sequence_id":1,"code":"INTERNAL_SERVER_ERROR","description":"x"}'),
    )
    expect((await failureOf(open(origin, { model: 'flux-general-en' }))).providerCode).toBe('INTERNAL_SERVER_ERROR')
  })

  it('says unreachable where nobody listens', async () => {
    expect((await failureOf(open('http://127.0.0.1:1'))).kind).toBe('unreachable')
  })
})
