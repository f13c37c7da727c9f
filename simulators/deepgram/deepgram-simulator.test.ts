import { once } from 'node:events'
import { DeepgramClient } from '@deepgram/sdk'
import { afterEach, describe, expect, it } from '@jest/globals'
import WebSocket from 'ws'
import type { AudioEncoding } from '../../src/provider-kit/audio.ts'
import { decodeMulaw, FRAME_BYTES, SILENCE_BYTE } from '../../src/provider-kit/audio.ts'
import { loadUtterance } from '../speech/library.ts'
import type { DeepgramSimulator, DeepgramSimulatorOptions } from './index.ts'
import { createDeepgramSimulator } from './index.ts'

type Message = Record<string, unknown>

const KEY = 'a'.repeat(40)
const V1 =
  'model=nova-3&encoding=mulaw&sample_rate=8000&interim_results=true&endpointing=300&vad_events=true&smart_format=true'
const V2 = 'model=flux-general-en&encoding=mulaw&sample_rate=8000&eager_eot_threshold=0.4'
const QUICK = { handshakeMs: 0, interimMs: 0, finalMs: 0, eagerMs: 0 }

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

async function start(options: Partial<DeepgramSimulatorOptions> = {}): Promise<DeepgramSimulator> {
  const keys = { [KEY]: { projectName: 'Bakery', state: 'valid' as const } }
  const simulator = await createDeepgramSimulator({ keys, latencies: QUICK, ...options })
  open.push(simulator)
  return simulator
}

const silence = (ms: number, encoding: AudioEncoding = 'mulaw') => Buffer.alloc(ms * 8, SILENCE_BYTE[encoding])
const say = (id: string, encoding: AudioEncoding = 'mulaw') =>
  Buffer.concat([silence(200, encoding), loadUtterance(id, encoding), silence(500, encoding)])

/** A bare client: what comes, and how it ends. */
async function listen(
  simulator: DeepgramSimulator,
  path: string,
  headers: Record<string, string> = { authorization: `Token ${KEY}` },
) {
  const socket = new WebSocket(`${simulator.origin.replace('http', 'ws')}${path}`, { headers })
  open.push({ close: () => socket.terminate() })
  const messages: Message[] = []
  socket.on('message', (data) => messages.push(JSON.parse(String(data))))
  const closed = once(socket, 'close').then(([code, reason]) => `${code} ${reason}`.trim())
  await once(socket, 'open')
  return {
    messages,
    closed,
    sendAudio(audio: Buffer) {
      for (let at = 0; at < audio.length; at += FRAME_BYTES) socket.send(audio.subarray(at, at + FRAME_BYTES))
    },
    send: (message: string | Buffer | object) =>
      socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message)),
    ping: async () => {
      socket.ping()
      await once(socket, 'pong')
    },
  }
}

/** The answer to a refused handshake. */
async function refusedHandshake(simulator: DeepgramSimulator, path: string, headers: Record<string, string>) {
  const socket = new WebSocket(`${simulator.origin.replace('http', 'ws')}${path}`, { headers })
  const [, response] = await once(socket, 'unexpected-response')
  let body = ''
  for await (const chunk of response) body += chunk
  return { status: response.statusCode as number, headers: response.headers, body }
}

const transcriptOf = (message: Message) =>
  (message.channel as { alternatives: { transcript: string }[] }).alternatives[0]?.transcript
const finalsOf = (messages: Message[]) =>
  messages
    .filter((message) => message.is_final === true)
    .map(transcriptOf)
    .filter(Boolean)

describe('v1 listen', () => {
  it('answers speech with its start, interims, a final and, on CloseStream, metadata and close 1000', async () => {
    const simulator = await start()
    const client = await listen(simulator, `/v1/listen?${V1}`)
    client.sendAudio(say('book-table'))
    client.send({ type: 'CloseStream' })
    expect(await client.closed).toBe('1000')
    const types = client.messages.map(({ type, is_final, speech_final }) =>
      type === 'Results' ? (speech_final ? 'end' : is_final ? 'segment' : 'interim') : type,
    )
    expect(types[0]).toBe('SpeechStarted')
    expect(types.filter((type) => type === 'interim').length).toBeGreaterThan(4)
    expect(types.slice(-2)).toEqual(['end', 'Metadata'])
    expect(finalsOf(client.messages)).toEqual(['I would like to book a table for two.'])
    expect(simulator.sessions[0]).toMatchObject({ key: KEY, version: 'v1', isOpen: false, closeCode: 1000 })
    expect(simulator.sessions[0]?.transcripts).toEqual(['I would like to book a table for two.'])
  })

  it('settles the first words of long speech in a segment of their own', async () => {
    const client = await listen(await start(), `/v1/listen?${V1}`)
    client.sendAudio(say('phone-number'))
    client.send({ type: 'CloseStream' })
    await client.closed
    const results = client.messages.filter((message) => message.is_final)
    expect(results.map((message) => message.speech_final)).toEqual([false, true])
    expect(finalsOf(client.messages).join(' ')).toBe('My number is five five five, zero one four two.')
  })

  it('writes plain words where no formatting is asked for, and no interims or starts', async () => {
    const client = await listen(await start(), '/v1/listen?encoding=mulaw&sample_rate=8000&endpointing=300')
    client.sendAudio(say('hi-there'))
    client.send({ type: 'CloseStream' })
    await client.closed
    expect(client.messages.map((message) => message.type)).toEqual(['Results', 'Metadata'])
    expect(finalsOf(client.messages)).toEqual(['hi there can you hear me'])
  })

  it('sends UtteranceEnd after the gap that was asked for', async () => {
    const client = await listen(await start(), `/v1/listen?${V1}&utterance_end_ms=1000`)
    client.sendAudio(Buffer.concat([say('yes'), silence(1200)]))
    client.send({ type: 'CloseStream' })
    await client.closed
    const end = client.messages.find((message) => message.type === 'UtteranceEnd')
    expect(end?.last_word_end).toBeCloseTo(0.575, 1)
    expect(client.messages.filter((message) => message.type === 'UtteranceEnd')).toHaveLength(1)
  })

  it('answers Finalize in the middle of speech with what it has', async () => {
    const client = await listen(await start(), `/v1/listen?${V1}`)
    client.sendAudio(say('book-table').subarray(0, 1500 * 8))
    client.send({ type: 'Finalize' })
    client.send({ type: 'CloseStream' })
    await client.closed
    const finalised = client.messages.filter((message) => message.from_finalize)
    expect(finalised).toHaveLength(1)
    expect(transcriptOf(finalised[0] as Message)).toMatch(/^I would like to book/)
  })

  it.each(['alaw', 'linear16'] as const)('decodes %s as declared', async (encoding) => {
    const client = await listen(await start(), `/v1/listen?${V1.replace('mulaw', encoding)}`)
    const law = encoding === 'alaw' ? 'alaw' : 'mulaw'
    const audio = say('goodbye', law)
    client.sendAudio(encoding === 'alaw' ? audio : toLinear(audio))
    client.send({ type: 'CloseStream' })
    await client.closed
    expect(finalsOf(client.messages)).toEqual(['Goodbye.'])
  })

  it.each([
    ['A-law that was declared mu-law', V1, 'alaw'],
    ['8 kHz that was declared 16 kHz', V1.replace('8000', '16000'), 'mulaw'],
  ] as const)('does not understand %s', async (_name, query, encoding) => {
    const client = await listen(await start(), `/v1/listen?${query}`)
    client.sendAudio(say('phone-number', encoding))
    client.send({ type: 'CloseStream' })
    await client.closed
    expect(finalsOf(client.messages).join(' ')).not.toContain('My number is five')
  })

  it.each([
    ['a frame without bytes as CloseStream', Buffer.alloc(0), '1000'],
    ['an unknown message as undecodable audio', { type: 'Hello' }, '1008 DATA-0000'],
    ['text that is no JSON as undecodable audio', 'hello', '1008 DATA-0000'],
  ])('takes %s', async (_name, message, close) => {
    const client = await listen(await start(), `/v1/listen?${V1}`)
    client.send(message)
    expect(await client.closed).toBe(close)
  })

  it('closes undeclared raw audio with DATA-0000', async () => {
    const client = await listen(await start(), '/v1/listen?model=nova-3')
    client.sendAudio(silence(20))
    expect(await client.closed).toBe('1008 DATA-0000')
  })

  it('closes a silent stream with NET-0001, which KeepAlive puts off', async () => {
    const simulator = await start({ idleMs: 200 })
    const client = await listen(simulator, `/v1/listen?${V1}`)
    const openedAt = Date.now()
    for (let round = 0; round < 4; round++) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      client.send({ type: 'KeepAlive' })
    }
    expect(await client.closed).toBe('1011 NET-0001')
    expect(Date.now() - openedAt).toBeGreaterThanOrEqual(590)
    expect(simulator.sessions[0]?.keepAlives).toBe(4)
  })
})

describe('v2 listen', () => {
  const eventsOf = (messages: Message[]) => messages.map((message) => message.event ?? message.type)

  it('walks through a turn and numbers its messages', async () => {
    const client = await listen(await start(), `/v2/listen?${V2}`)
    client.sendAudio(say('book-table'))
    client.send({ type: 'CloseStream' })
    expect(await client.closed).toBe('1000')
    const events = eventsOf(client.messages)
    expect(events.slice(0, 3)).toEqual(['Connected', 'StartOfTurn', 'Update'])
    expect(events.slice(-2)).toEqual(['EagerEndOfTurn', 'EndOfTurn'])
    expect(client.messages.map((message) => message.sequence_id)).toEqual(client.messages.map((_, index) => index))
    const [eager, end] = client.messages.slice(-2)
    expect(eager?.transcript).toBe('I would like to book a table for two.')
    expect(end?.transcript).toBe(eager?.transcript)
  })

  it('waits through a hesitation: eager, resumed, one turn', async () => {
    const client = await listen(await start(), `/v2/listen?${V2}`)
    client.sendAudio(say('hesitate-order'))
    client.send({ type: 'CloseStream' })
    await client.closed
    const events = eventsOf(client.messages).filter((event) => event !== 'Update')
    const whole = ['Connected', 'StartOfTurn', 'EagerEndOfTurn', 'TurnResumed', 'EagerEndOfTurn', 'EndOfTurn']
    expect(events).toEqual(whole)
    expect(client.messages.at(-1)?.transcript).toBe('My order number is four two seven nine.')
  })

  it('ends a hesitation that is not taken up again after eot_timeout_ms', async () => {
    const client = await listen(await start(), `/v2/listen?${V2}&eot_timeout_ms=1000`)
    const half = loadUtterance('hesitate-order', 'mulaw').subarray(0, 1100 * 8)
    client.sendAudio(Buffer.concat([half, silence(1200), say('hello')]))
    client.send({ type: 'CloseStream' })
    await client.closed
    const ends = client.messages.filter((message) => message.event === 'EndOfTurn')
    expect(ends.map((message) => [message.turn_index, message.transcript])).toEqual([
      [0, 'My order number is'],
      [1, 'Hello.'],
    ])
  })

  it('sends no eager end where none was asked for, and starts no turn on a noise', async () => {
    const client = await listen(await start(), '/v2/listen?model=flux-general-en&encoding=mulaw&sample_rate=8000')
    client.sendAudio(Buffer.concat([say('cough'), say('hesitate-order')]))
    client.send({ type: 'CloseStream' })
    await client.closed
    const events = eventsOf(client.messages).filter((event) => event !== 'Update')
    expect(events).toEqual(['Connected', 'StartOfTurn', 'EndOfTurn'])
  })

  it('takes Configure and ForceEndTurn and fails on messages that v2 does not have', async () => {
    const client = await listen(await start(), `/v2/listen?${V2}`)
    client.send({ type: 'Configure', thresholds: { eot_threshold: 0.8 } })
    client.sendAudio(say('book-table').subarray(0, 1500 * 8))
    client.send({ type: 'ForceEndTurn' })
    client.send({ type: 'KeepAlive' })
    expect(await client.closed).toBe('1008 UNPARSABLE_CLIENT_MESSAGE')
    const success = client.messages.find((message) => message.type === 'ConfigureSuccess')
    expect(success?.thresholds).toMatchObject({ eot_threshold: 0.8, eager_eot_threshold: 0.4 })
    expect(client.messages.at(-2)?.event).toBe('EndOfTurn')
    expect(client.messages.at(-1)).toMatchObject({ type: 'Error', code: 'UNPARSABLE_CLIENT_MESSAGE' })
  })
})

describe('refusals', () => {
  const token = (key: string) => ({ authorization: `Token ${key}` })

  it.each([
    ['no key', {}, 401, 'INVALID_AUTH'],
    ['an unknown key', token('b'.repeat(40)), 401, 'INVALID_AUTH'],
    ['a key as Bearer', { authorization: `Bearer ${KEY}` }, 401, 'INVALID_AUTH'],
    ['a revoked key', token('revoked'), 401, 'INVALID_AUTH'],
    ['a project without credit', token('poor'), 402, 'ASR_PAYMENT_REQUIRED'],
    ['more streams than allowed', token('busy'), 429, 'TOO_MANY_REQUESTS'],
  ])('answers %s on the handshake, with the reason in dg-error too', async (_name, headers, status, code) => {
    const simulator = await start({
      keys: {
        [KEY]: { projectName: 'Bakery', state: 'valid' },
        revoked: { projectName: 'Gone', state: 'revoked' },
        poor: { projectName: 'Poor', state: 'no-credit' },
        busy: { projectName: 'Busy', state: 'valid', maxStreams: 1 },
      },
    })
    if (status === 429) await listen(simulator, `/v1/listen?${V1}`, headers)
    const answer = await refusedHandshake(simulator, `/v1/listen?${V1}`, headers)
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.body).err_code).toBe(code)
    expect(answer.headers['dg-error']).toContain(code)
    expect(answer.headers['dg-request-id']).toBe(JSON.parse(answer.body).request_id)
  })

  it('takes the key as a subprotocol, as browsers send it', async () => {
    const simulator = await start()
    const socket = new WebSocket(`${simulator.origin.replace('http', 'ws')}/v1/listen?${V1}`, ['token', KEY])
    open.push({ close: () => socket.terminate() })
    await once(socket, 'open')
    expect(socket.protocol).toBe('token')
    expect([...simulator.seenKeys]).toEqual([KEY])
  })

  it.each([
    '/v1/listen?model=nova-3&encoding=mulaw',
    '/v1/listen?model=nova-3&encoding=ulaw&sample_rate=8000',
    '/v1/listen?model=flux-general-en&encoding=mulaw&sample_rate=8000',
    `/v1/listen?${V1}&volume=11`,
    `/v1/listen?${V1}&interim_results=yes`,
    `/v1/listen?${V1}&utterance_end_ms=500`,
    '/v1/listen?encoding=mulaw&sample_rate=8000&utterance_end_ms=1000',
    '/v1/listen?model=nova-2&encoding=mulaw&sample_rate=8000&keyterm=tart',
    '/v2/listen?encoding=mulaw&sample_rate=8000',
    '/v2/listen?model=nova-3&encoding=mulaw&sample_rate=8000',
    `/v2/listen?${V2}&language=en`,
    `/v2/listen?${V2}&language_hint=es`,
    '/v2/listen?model=flux-general-en&encoding=mulaw&sample_rate=8000&eager_eot_threshold=0.8',
  ])('answers 400 to %s', async (path) => {
    expect((await refusedHandshake(await start(), path, token(KEY))).status).toBe(400)
  })

  it('answers 404 to any other path', async () => {
    expect((await refusedHandshake(await start(), '/v3/listen', token(KEY))).status).toBe(404)
  })
})

describe('faults', () => {
  it('can be switched on and off for one key while streams are open', async () => {
    const other = 'c'.repeat(40)
    const account = { projectName: 'Bakery', state: 'valid' as const }
    const simulator = await start({ keys: { [KEY]: account, [other]: account } })
    const [one, two] = [
      await listen(simulator, `/v1/listen?${V1}`),
      await listen(simulator, `/v1/listen?${V1}`, { authorization: `Token ${other}` }),
    ]
    simulator.setFault({ kind: 'stall' }, { key: KEY })
    for (const client of [one, two]) client.sendAudio(say('hello'))
    await Promise.all([one.ping(), two.ping()])
    expect(one.messages).toEqual([])
    expect(finalsOf(two.messages)).toEqual(['Hello.'])
    simulator.setFault(undefined, { key: KEY })
    one.sendAudio(say('goodbye'))
    await one.ping()
    expect(finalsOf(one.messages)).toEqual(['Goodbye.'])
  })

  it('closes in the middle of an utterance', async () => {
    const simulator = await start({ faults: { '*': { kind: 'close-mid-utterance', afterMs: 400 } } })
    const client = await listen(simulator, `/v1/listen?${V1}`)
    client.sendAudio(say('book-table'))
    expect(await client.closed).toBe('1011 NET-0000')
    expect(finalsOf(client.messages)).toEqual([])
  })

  it('rejects after the handshake', async () => {
    const client = await listen(await start({ faults: { [KEY]: { kind: 'reject-after-open' } } }), `/v1/listen?${V1}`)
    expect(await client.closed).toBe('1008 INVALID_AUTH')
  })

  it('answers the handshake late, and results as late as asked', async () => {
    const simulator = await start({
      latencies: { ...QUICK, finalMs: 450 },
      faults: { '*': { kind: 'slow-handshake', ms: 150 } },
    })
    const startedAt = Date.now()
    const client = await listen(simulator, `/v1/listen?${V1}`)
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(149)
    const sentAt = Date.now()
    client.sendAudio(say('yes'))
    client.send({ type: 'CloseStream' })
    await client.closed
    // 300 ms of the 450 are the silence that the endpointer heard, which was sent at once here.
    expect(Date.now() - sentAt).toBeGreaterThanOrEqual(149)
    expect(finalsOf(client.messages)).toEqual(['Yes.'])
  })

  it.each([401, 402, 403, 429, 500] as const)('refuses with %d', async (status) => {
    const simulator = await start({ faults: { '*': { kind: 'refuse', status } } })
    const headers = { authorization: `Token ${KEY}` }
    expect((await refusedHandshake(simulator, `/v1/listen?${V1}`, headers)).status).toBe(status)
    expect((await fetch(`${simulator.origin}/v1/projects`, { headers })).status).toBe(status)
  })
})

describe('the official SDK', () => {
  const createClient = (simulator: DeepgramSimulator, apiKey = KEY) => {
    const socketOrigin = simulator.origin.replace('http', 'ws')
    const environment = {
      base: simulator.origin,
      production: socketOrigin,
      agent: socketOrigin,
      agentRest: simulator.origin,
    }
    return new DeepgramClient({ apiKey, environment, maxRetries: 0 })
  }

  it('transcribes over v1', async () => {
    const connection = await createClient(await start()).listen.v1.connect({
      Authorization: `Token ${KEY}`,
      model: 'nova-3',
      encoding: 'mulaw',
      sample_rate: 8000,
      interim_results: 'true',
      endpointing: 300,
      utterance_end_ms: 1000,
      vad_events: 'true',
      smart_format: 'true',
      reconnectAttempts: 0,
    })
    open.push(connection)
    const messages: Message[] = []
    connection.on('message', (message) => messages.push(message as unknown as Message))
    const closed = new Promise((resolve) => connection.on('close', resolve))
    connection.connect()
    await connection.waitForOpen()
    const audio = Buffer.concat([say('move-appointment'), silence(1000)])
    for (let at = 0; at < audio.length; at += FRAME_BYTES) connection.sendMedia(audio.subarray(at, at + FRAME_BYTES))
    connection.sendKeepAlive({ type: 'KeepAlive' })
    connection.sendFinalize({ type: 'Finalize' })
    connection.sendCloseStream({ type: 'CloseStream' })
    await closed
    const types = new Set(messages.map((message) => message.type))
    expect([...types].sort()).toEqual(['Metadata', 'Results', 'SpeechStarted', 'UtteranceEnd'])
    expect(finalsOf(messages).join(' ')).toBe('Can you move my appointment to Friday?')
  })

  it('transcribes over v2', async () => {
    const connection = await createClient(await start()).listen.v2.connect({
      Authorization: `Token ${KEY}`,
      model: 'flux-general-en',
      encoding: 'mulaw',
      sample_rate: 8000,
      eager_eot_threshold: 0.4,
      reconnectAttempts: 0,
    })
    open.push(connection)
    const messages: Message[] = []
    connection.on('message', (message) => messages.push(message as unknown as Message))
    const closed = new Promise((resolve) => connection.on('close', resolve))
    connection.connect()
    await connection.waitForOpen()
    const audio = say('move-appointment')
    for (let at = 0; at < audio.length; at += FRAME_BYTES) connection.sendMedia(audio.subarray(at, at + FRAME_BYTES))
    connection.sendCloseStream({ type: 'CloseStream' })
    await closed
    const end = messages.find((message) => message.event === 'EndOfTurn')
    expect(end?.transcript).toBe('Can you move my appointment to Friday?')
  })

  it('reads projects and balances, and the refusal of a wrong key', async () => {
    const simulator = await start()
    const client = createClient(simulator)
    const { projects } = await client.manage.v1.projects.list()
    expect(projects?.map((project) => project.name)).toEqual(['Bakery'])
    const { balances } = await client.manage.v1.projects.billing.balances.list(projects?.[0]?.project_id as string)
    expect(balances?.map(({ amount, units }) => [amount, units])).toEqual([[100, 'usd']])
    await expect(createClient(simulator, 'wrong').manage.v1.projects.list()).rejects.toMatchObject({ statusCode: 401 })
    expect([...simulator.seenKeys]).toEqual([KEY, 'wrong'])
  })
})

function toLinear(audio: Buffer): Buffer {
  const linear = Buffer.alloc(audio.length * 2)
  for (const [index, byte] of audio.entries()) linear.writeInt16LE(decodeMulaw(byte), index * 2)
  return linear
}
