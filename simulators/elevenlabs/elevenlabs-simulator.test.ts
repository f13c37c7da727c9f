import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from '@jest/globals'
import { WebSocket } from 'ws'
import { BURST_MS, readToneSpeech } from '../tone-speech/index.ts'
import { createElevenLabsSimulator } from './index.ts'
import type { ElevenLabsSimulator, ElevenLabsSimulatorOptions } from './index.ts'

type Example = { messageId: string; value: Record<string, unknown> }
const examples = JSON.parse(
  readFileSync(new URL('./fixtures/asyncapi-multi-context.json', import.meta.url), 'utf8'),
) as Example[]

const KEY = 'sk_good'
const VOICE = 'EXAVITQu4vr4xnSDxMaL'
type Message = {
  audio?: string
  isFinal?: boolean
  contextId?: string | null
  alignment?: { chars: string[]; charStartTimesMs: number[]; charsDurationsMs: number[] } | null
  error?: string
  code?: number
  message?: string
}

let simulator: ElevenLabsSimulator
let sockets: WebSocket[] = []
afterEach(async () => {
  for (const socket of sockets) socket.terminate()
  sockets = []
  await simulator.close()
})
const start = async (options: Partial<ElevenLabsSimulatorOptions> = {}) => {
  simulator = await createElevenLabsSimulator({ keys: { [KEY]: { characterLimit: 1000 } }, ...options })
}

type ConnectOptions = {
  path?: string
  query?: Record<string, string>
  headers?: Record<string, string>
  voice?: string
}
const open = ({
  path = 'multi-stream-input',
  query = {},
  headers = { 'xi-api-key': KEY },
  voice = VOICE,
}: ConnectOptions = {}) => {
  const params = new URLSearchParams({
    model_id: 'eleven_flash_v2_5',
    output_format: 'ulaw_8000',
    sync_alignment: 'true',
    ...query,
  })
  const socket = new WebSocket(
    `${simulator.origin.replace('http', 'ws')}/v1/text-to-speech/${voice}/${path}?${params}`,
    { headers },
  )
  sockets.push(socket)
  return socket
}
/** Sends messages and gathers everything until the server closes the socket. */
const converse = async (messages: readonly unknown[], options: ConnectOptions = {}) => {
  const socket = open(options)
  const received: Message[] = []
  socket.on('message', (data) => received.push(JSON.parse(String(data)) as Message))
  await once(socket, 'open')
  for (const message of messages) socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  const [code] = (await once(socket, 'close')) as [number]
  return { received, code, error: received.find(({ error }) => error) }
}
const heard = (messages: readonly Message[], contextId?: string) =>
  readToneSpeech(
    Buffer.concat(
      messages
        .filter((message) => contextId === undefined || message.contextId === contextId)
        .map(({ audio }) => Buffer.from(audio ?? '', 'base64')),
    ),
    'mulaw',
  )
const handshake = async (options: ConnectOptions) => {
  const socket = open(options)
  socket.on('error', () => undefined)
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, import('node:http').IncomingMessage]
  let body = ''
  for await (const chunk of response) body += chunk
  return { status: response.statusCode, body: JSON.parse(body) as { detail: unknown } }
}
const auto = { query: { auto_mode: 'true' } }
const init = { text: ' ', context_id: 'c' }

describe('the multi-context socket', () => {
  it('should take every message of the documented example and answer in the documented form', async () => {
    await start()
    const { received, code } = await converse(examples.map(({ value }) => value))
    expect(code).toBe(1000)
    expect(simulator.connections[0]?.messages).toEqual(examples.map(({ value }) => value))
    expect(heard(received, 'conv_1')).toBe(
      'hello from conversation one. this is added to the buffer of text to flush. ',
    )
    expect(heard(received, 'interruption_context')).toBe('hi this is a new context with different settings! ')
    expect(
      received
        .filter(({ isFinal }) => isFinal)
        .map(({ contextId }) => contextId)
        .sort(),
    ).toEqual(['conv_1', 'interruption_context'])
    for (const { audio, alignment, isFinal } of received.filter((message) => message.audio)) {
      expect(isFinal).toBe(false)
      expect(alignment?.chars).toHaveLength(Buffer.from(audio ?? '', 'base64').length / (8 * BURST_MS))
      expect(alignment?.charStartTimesMs[0]).toBe(0)
      expect(alignment?.charsDurationsMs).toEqual(alignment?.chars.map(() => BURST_MS))
    }
  })

  it('should hold text back by its schedule, and lose it when the context is closed unflushed', async () => {
    await start()
    const long = `${'a long text '.repeat(11).trim()} `
    const { received } = await converse([
      init,
      { text: 'short ', context_id: 'c' },
      { context_id: 'c', close_context: true },
      { close_socket: true },
    ])
    expect(heard(received)).toBe('')
    const other = await converse([
      init,
      { text: long, context_id: 'c' },
      { text: 'more ', context_id: 'c' },
      { context_id: 'c', close_context: true },
      { close_socket: true },
    ])
    expect(heard(other.received)).toBe(long)
  })

  it('should speak every text at once in automatic mode', async () => {
    await start()
    const { received } = await converse(
      [init, { text: 'short ', context_id: 'c' }, { context_id: 'c', close_context: true }, { close_socket: true }],
      auto,
    )
    expect(heard(received)).toBe('short ')
  })

  it('should refuse a sixth context', async () => {
    await start()
    const contexts = Array.from({ length: 6 }, (_, index) => ({ text: ' ', context_id: `c${index}` }))
    const { error, code } = await converse(contexts)
    expect(error).toMatchObject({ error: 'max_active_conversations', code: 1008 })
    expect(code).toBe(1008)
  })

  it('should count characters, and stop when none are left', async () => {
    await start({ keys: { [KEY]: { characterLimit: 30, characterCount: 10 } } })
    const first = await converse(
      [
        init,
        { text: 'Twelve of it ', context_id: 'c' },
        { context_id: 'c', close_context: true },
        { close_socket: true },
      ],
      auto,
    )
    expect(first.error).toBeUndefined()
    const second = await converse([init, { text: 'Nine more ', context_id: 'c' }], auto)
    expect(second.error?.error).toBe('quota_exceeded')
    const account = await fetch(`${simulator.origin}/v1/user/subscription`, { headers: { 'xi-api-key': KEY } })
    expect(await account.json()).toMatchObject({ character_count: 23, character_limit: 30 })
  })

  it('should close an idle context, and an idle socket with an error', async () => {
    await start({ secondMs: 2 })
    const { received, code } = await converse([init], { query: { inactivity_timeout: '20' } })
    expect(received[0]).toMatchObject({ isFinal: true, contextId: 'c' })
    expect(received[1]).toMatchObject({ error: 'input_timeout_exceeded', code: 1008 })
    expect(code).toBe(1008)
  })

  it('should keep a context alive by an empty text', async () => {
    await start({ secondMs: 10 })
    const socket = open({ query: { inactivity_timeout: '50' } })
    await once(socket, 'open')
    const beat = setInterval(() => socket.send(JSON.stringify({ text: '', context_id: 'c' })), 50)
    socket.send(JSON.stringify(init))
    await new Promise((resolve) => setTimeout(resolve, 900))
    expect([...(simulator.connections[0]?.openContexts ?? [])]).toEqual(['c'])
    clearInterval(beat)
    await once(socket, 'close')
  })

  it.each<[string, unknown[]]>([
    ['a first message that is not one blank', [{ text: 'Hello ', context_id: 'c' }]],
    ['a text that does not end in a blank', [init, { text: 'Hello', context_id: 'c' }]],
    ['a text that ends in two blanks', [init, { text: 'Hello  ', context_id: 'c' }]],
    ['an unknown field', [{ ...init, contextId: 'c' }]],
    ['a field of the wrong type', [init, { text: 7, context_id: 'c' }]],
    ['settings after the first message', [init, { text: 'Hi ', context_id: 'c', voice_settings: { speed: 1 } }]],
    ['settings out of range', [{ ...init, voice_settings: { speed: 3 } }]],
    ['a schedule out of range', [{ ...init, generation_config: { chunk_length_schedule: [10] } }]],
    ['a message that says nothing', [init, { context_id: 'c' }]],
    ['a close without its context', [init, { close_context: true }]],
    ['a message that is not JSON', ['hello']],
  ])('should refuse %s', async (_name, messages) => {
    await start()
    const { error, code } = await converse(messages)
    expect({ error: error?.error, code }).toEqual({ error: 'invalid_message', code: 1008 })
  })

  it.each<[string, ConnectOptions, string]>([
    ['an unknown voice', { voice: 'nobody' }, 'voice_not_found'],
    ['a model without a socket', { query: { model_id: 'eleven_v3' } }, 'model_not_found'],
    ['an unknown format', { query: { output_format: 'ulaw_16000' } }, 'output_format_not_allowed'],
  ])('should refuse %s once it is open', async (_name, options, error) => {
    await start()
    expect((await converse([init], options)).error?.error).toBe(error)
  })
})

describe('admission to the sockets', () => {
  it('should take the key from the first message too', async () => {
    await start()
    const { received, error } = await converse(
      [
        { ...init, xi_api_key: KEY },
        { text: 'Hi ', context_id: 'c' },
        { context_id: 'c', close_context: true },
        { close_socket: true },
      ],
      { ...auto, headers: {} },
    )
    expect(error).toBeUndefined()
    expect(heard(received)).toBe('hi ')
    expect((await converse([init], { headers: {} })).error?.error).toBe('needs_authorization')
    expect((await converse([{ ...init, xi_api_key: 'sk_bad' }], { headers: {} })).error?.error).toBe('invalid_api_key')
    expect([...simulator.seenKeys]).toEqual([KEY, 'sk_bad'])
  })

  it.each<[string, ConnectOptions, number, unknown]>([
    ['a bad key', { headers: { 'xi-api-key': 'sk_bad' } }, 401, { status: 'invalid_api_key' }],
    ['an unknown parameter', { query: { voice: 'x' } }, 422, [{ loc: ['query'] }]],
    ['a time-out that is too long', { query: { inactivity_timeout: '181' } }, 422, [{ loc: ['query'] }]],
    ['an unknown path', { path: 'streams' }, 404, 'Not Found'],
  ])('should refuse %s by the handshake', async (_name, options, status, detail) => {
    await start()
    const answer = await handshake(options)
    expect(answer.status).toBe(status)
    expect(answer.body).toMatchObject({ detail })
  })
})

describe('the speed of the voice', () => {
  it('should keep to its latencies', async () => {
    await start({ latencies: { firstAudioMs: 60, realTimeFactor: 0.1 } })
    const socket = open(auto)
    await once(socket, 'open')
    const times: number[] = []
    const startedAt = performance.now()
    socket.on('message', (data) => {
      if ((JSON.parse(String(data)) as Message).audio) times.push(performance.now() - startedAt)
    })
    const text = 'This text has thirty-five letters. '
    for (const message of [
      init,
      { text, context_id: 'c' },
      { context_id: 'c', close_context: true },
      { close_socket: true },
    ]) {
      socket.send(JSON.stringify(message))
    }
    await once(socket, 'close')
    expect(times).toHaveLength(5)
    expect(times[0]).toBeGreaterThanOrEqual(58)
    // Five pieces of 385 ms, each made in a tenth of that; counted from the first message, for pieces that were sent
    // apart may arrive together.
    expect(times[4]).toBeGreaterThanOrEqual(58 + 4 * 38)
  })
})

describe('the single-context socket', () => {
  it('should speak as the documented example does', async () => {
    await start()
    const { received, code } = await converse(
      [
        { text: ' ', voice_settings: { speed: 1, stability: 0.5, similarity_boost: 0.8 }, xi_api_key: KEY },
        { text: 'Hello World ', try_trigger_generation: true },
        { text: '' },
      ],
      { path: 'stream-input' },
    )
    expect(code).toBe(1000)
    expect(heard(received)).toBe('hello world ')
    expect(received.at(-1)).toMatchObject({ isFinal: true })
    expect(received[0]).not.toHaveProperty('contextId')
  })
})
