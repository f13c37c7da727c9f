import { once } from 'node:events'
import { DeepgramClient } from '@deepgram/sdk'
import { afterEach, describe, expect, it } from '@jest/globals'
import WebSocket from 'ws'
import { readToneSpeech } from '../tone-speech/index.ts'
import type { DeepgramSimulator } from './index.ts'
import type { Message } from './testing/harness.ts'
import { createHarness, KEY, refusedHandshake } from './testing/harness.ts'

const { start, closeLater, closeAll } = createHarness()
afterEach(closeAll)

const AURA = '/v1/speak?model=aura-2-thalia-en&encoding=mulaw&sample_rate=8000'
const QUICK = { handshakeMs: 0, firstAudioMs: 0, realTimeFactor: 0, clearedMs: 0 }
const token = { authorization: `Token ${KEY}` }

/** A bare client: what comes, audio by its length, and how it ends. */
async function speakTo(simulator: DeepgramSimulator, path = AURA) {
  const socket = new WebSocket(`${simulator.origin.replace('http', 'ws')}${path}`, { headers: token })
  closeLater({ close: () => socket.terminate() })
  const audio: Buffer[] = []
  const types: string[] = []
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) audio.push(data)
    const type = isBinary ? 'audio' : JSON.parse(String(data)).type
    if (type !== 'audio' || types.at(-1) !== 'audio') types.push(type)
    socket.emit(`seen-${type}`)
  })
  const closed = once(socket, 'close').then(([code, reason]) => `${code} ${reason}`.trim())
  await once(socket, 'open')
  return {
    audio,
    types,
    closed,
    seen: (type: string) => once(socket, `seen-${type}`),
    send: (message: object | string | Buffer) =>
      socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message)),
  }
}

describe('/v1/speak', () => {
  it.each(['mulaw', 'alaw'] as const)(
    'speaks %s when it is flushed, and closes when it is asked to',
    async (encoding) => {
      const client = await speakTo(await start({ latencies: QUICK }), AURA.replace('mulaw', encoding))
      client.send({ type: 'Speak', text: 'Hello ' })
      client.send({ type: 'Speak', text: 'there.' })
      client.send({ type: 'Flush' })
      client.send({ type: 'Close' })
      expect(await client.closed).toBe('1000')
      expect(client.types).toEqual(['Metadata', 'audio', 'Flushed'])
      expect(readToneSpeech(Buffer.concat(client.audio), encoding)).toBe('hello there.')
    },
  )

  it('says nothing of what was not flushed, and forgets it when it is cleared', async () => {
    const client = await speakTo(await start({ latencies: QUICK }))
    client.send({ type: 'Speak', text: 'Never said.' })
    client.send({ type: 'Clear' })
    client.send({ type: 'Flush' })
    client.send({ type: 'Close' })
    await client.closed
    expect(client.types).toEqual(['Metadata', 'Cleared', 'Flushed'])
  })

  it('sends one more frame of what it speaks when it is cleared, then Cleared', async () => {
    const client = await speakTo(await start({ latencies: { ...QUICK, realTimeFactor: 0.1 } }))
    client.send({ type: 'Speak', text: 'A sentence that is long enough to be cut.' })
    client.send({ type: 'Flush' })
    await client.seen('audio')
    client.send({ type: 'Clear' })
    await client.seen('Cleared')
    expect(client.audio).toHaveLength(2)
    expect(client.types).toEqual(['Metadata', 'audio', 'Cleared'])
  })

  it('takes 20 flushes in a minute, then warns and leaves them out', async () => {
    const simulator = await start({ latencies: QUICK, minuteMs: 200 })
    const client = await speakTo(simulator)
    for (let round = 0; round < 21; round++) client.send({ type: 'Flush' })
    await client.seen('Warning')
    expect(simulator.speakSessions[0]?.flushes).toBe(20)
    await new Promise((resolve) => setTimeout(resolve, 220))
    client.send({ type: 'Flush' })
    await client.seen('Flushed')
    expect(simulator.speakSessions[0]?.flushes).toBe(21)
  })

  it.each<[string, (object | string | Buffer)[], string]>([
    ['a binary message', [Buffer.alloc(160)], '1003 MESSAGE-0000'],
    ['no JSON', ['Hello'], '1008 DATA-0000'],
    ['an unknown message', [{ type: 'KeepAlive' }], '1008 DATA-0000'],
    ['an unknown field', [{ type: 'Speak', text: 'Hi', voice: 'luna' }], '1008 DATA-0000'],
    ['a text that says nothing', [{ type: 'Speak', text: '  ' }], '1008 DATA-0000'],
    ['too long a text', [{ type: 'Speak', text: 'a'.repeat(2001) }], '1009 BIG-0001'],
    ['too large a message', [`"${'a'.repeat(2_000_001)}"`], '1009 BIG-0000'],
    ['too much text in a minute', Array(2).fill({ type: 'Speak', text: 'a'.repeat(1500) }), '1008 DATA-0001'],
  ])('closes on %s', async (_name, messages, close) => {
    const client = await speakTo(await start({ latencies: QUICK }))
    for (const message of messages) client.send(message)
    expect(await client.closed).toBe(close)
  })

  it.each([
    '/v1/speak?model=aura-2-nobody-en&encoding=mulaw&sample_rate=8000',
    '/v1/speak?model=flux-haley-en&encoding=mulaw&sample_rate=8000',
    '/v1/speak?model=aura-2-thalia-en&encoding=mp3',
    '/v1/speak?model=aura-2-thalia-en&encoding=mulaw&sample_rate=24000',
    `${AURA}&container=wav`,
    `${AURA}&speed=3`,
  ])('answers 400 to %s', async (path) => {
    expect((await refusedHandshake(await start(), path, token)).status).toBe(400)
  })

  it.each([
    [{}, 401],
    [{ authorization: `Bearer ${KEY}` }, 401],
    [{ authorization: 'Token poor' }, 402],
    [{ authorization: 'Token busy' }, 429],
  ])('answers %j with %s', async (headers, status) => {
    const keys = {
      poor: { projectName: 'Poor', state: 'no-credit' as const },
      busy: { projectName: 'Busy', state: 'valid' as const, maxStreams: 0 },
    }
    const answer = await refusedHandshake(await start({ keys }), AURA, headers)
    expect(answer.status).toBe(status)
    expect(answer.headers['dg-request-id']).toBe(JSON.parse(answer.body).request_id)
  })
})

describe('the official SDK', () => {
  const createClient = (simulator: DeepgramSimulator) => {
    const production = simulator.origin.replace('http', 'ws')
    const environment = { base: simulator.origin, production, agent: production, agentRest: simulator.origin }
    return new DeepgramClient({ apiKey: KEY, environment, maxRetries: 0 })
  }

  it('speaks, clears and closes', async () => {
    const simulator = await start({ latencies: QUICK })
    const connection = await createClient(simulator).speak.v1.connect({
      Authorization: `Token ${KEY}`,
      model: 'aura-2-thalia-en',
      encoding: 'mulaw',
      sample_rate: '8000',
      reconnectAttempts: 0,
    })
    closeLater(connection)
    const messages: Message[] = []
    const audio: Blob[] = []
    connection.on('message', (message: unknown) => {
      if (message instanceof Blob) audio.push(message)
      else messages.push(message as Message)
    })
    const closed = new Promise((resolve) => connection.on('close', resolve))
    connection.connect()
    await connection.waitForOpen()
    connection.sendText({ type: 'Speak', text: 'Never said.' })
    connection.sendClear({ type: 'Clear' })
    connection.sendText({ type: 'Speak', text: 'Hello there.' })
    connection.sendFlush({ type: 'Flush' })
    connection.sendClose({ type: 'Close' })
    await closed
    expect(messages.map(({ type }) => type)).toEqual(['Metadata', 'Cleared', 'Flushed'])
    const heard = Buffer.from(await new Blob(audio).arrayBuffer())
    expect(readToneSpeech(heard, 'mulaw')).toBe('hello there.')
  })

  it('lists the models', async () => {
    const { stt, tts } = await createClient(await start()).manage.v1.models.list()
    expect(stt?.map(({ canonical_name }) => canonical_name)).toEqual(['nova-3-general'])
    expect(tts?.map(({ canonical_name }) => canonical_name)).toContain('aura-2-thalia-en')
    expect(tts?.[0]?.metadata?.accent).toBe('American')
  })
})
