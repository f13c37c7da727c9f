import { once } from 'node:events'
import { afterEach, describe, expect, it } from '@jest/globals'
import WebSocket from 'ws'
import { readToneSpeech } from '../tone-speech/index.ts'
import { createCartesiaSimulator } from './index.ts'
import type { CartesiaSimulator, CartesiaSimulatorOptions } from './index.ts'

type Message = Record<string, unknown>
const KEY = 'sk_car_1'
const CONFIG = {
  model_id: 'sonic-3.5',
  voice: { mode: 'id', id: 'f786b574-daa5-4673-aa0c-cbe3e8534c02' },
  output_format: { container: 'raw', encoding: 'pcm_mulaw', sample_rate: 8000 },
}

let simulator: CartesiaSimulator
const sockets: WebSocket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate()
  await simulator.close()
})

const start = async (options: Partial<CartesiaSimulatorOptions> = {}) => {
  simulator = await createCartesiaSimulator({ keys: { [KEY]: {} }, ...options })
}
const open = (path: string, headers: Record<string, string>) => {
  const socket = new WebSocket(simulator.origin.replace('http', 'ws') + path, { headers })
  sockets.push(socket)
  socket.on('error', () => {})
  return socket
}
const statusOf = async (path: string, headers: Record<string, string>): Promise<number> => {
  const socket = open(path, headers)
  return new Promise((resolve) => {
    socket.on('open', () => resolve(101))
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
  })
}
const connect = async () => {
  const socket = open('/tts/websocket?cartesia_version=2026-03-01', { authorization: `Bearer ${KEY}` })
  const messages: Message[] = []
  let notify = () => {}
  socket.on('message', (data) => {
    messages.push(JSON.parse(String(data)) as Message)
    notify()
  })
  await once(socket, 'open')
  const until = async (type: string): Promise<Message> => {
    for (;;) {
      const found = messages.find((message) => message.type === type)
      if (found) return found
      await new Promise<void>((resolve) => {
        notify = resolve
      })
    }
  }
  const heard = () =>
    readToneSpeech(
      Buffer.concat(
        messages.map(({ data }) => (typeof data === 'string' ? Buffer.from(data, 'base64') : Buffer.alloc(0))),
      ),
      'mulaw',
    )
  return { socket, messages, until, heard, send: (message: unknown) => socket.send(JSON.stringify(message)) }
}
const say = (transcript: string, changes: Message = {}) => ({
  ...CONFIG,
  context_id: 'c1',
  transcript,
  continue: true,
  ...changes,
})

describe("the simulator's handshake", () => {
  const VERSION = 'cartesia_version=2026-03-01'
  it.each<[string, string, Record<string, string>, number]>([
    ['a bearer key', `/tts/websocket?${VERSION}`, { authorization: `Bearer ${KEY}` }, 101],
    ['the older header', `/tts/websocket?${VERSION}`, { 'x-api-key': KEY }, 101],
    ['the version in a header', '/tts/websocket', { 'x-api-key': KEY, 'cartesia-version': '2026-03-01' }, 101],
    ['no version', '/tts/websocket', { 'x-api-key': KEY }, 400],
    ['no key', `/tts/websocket?${VERSION}`, {}, 401],
    ['another key', `/tts/websocket?${VERSION}`, { 'x-api-key': 'sk_car_2' }, 401],
    ['a parameter that does not exist', `/tts/websocket?${VERSION}&api_keys=1`, { 'x-api-key': KEY }, 400],
    ['another path', `/tts/socket?${VERSION}`, { 'x-api-key': KEY }, 404],
  ])('should judge %s', async (_name, path, headers, status) => {
    await start()
    expect(await statusOf(path, headers)).toBe(status)
  })
})

describe("the simulator's socket", () => {
  it.each<[string, Message, string]>([
    ['a model that does not exist', say('Hi. ', { model_id: 'sonic-1' }), 'model_id'],
    ['a language that does not exist', say('Hi. ', { language: 'en-US' }), 'language'],
    ['an unknown field', say('Hi. ', { speech: 1 }), 'speech'],
    ['a number out of bounds', say('Hi. ', { max_buffer_delay_ms: 5001 }), 'max_buffer_delay_ms'],
    ['nothing to say', say(''), 'no such context'],
    ['an end without a beginning', say('', { continue: false }), 'no such context'],
  ])('should refuse %s', async (_name, message, hint) => {
    await start()
    const { send, until } = await connect()
    send(message)
    const error = await until('error')
    expect(error).toMatchObject({ status_code: 400, error_code: 'invalid_request', context_id: 'c1' })
    expect(error.message).toContain(hint)
  })

  it('should refuse other settings within a context', async () => {
    await start({ latencies: { firstAudioMs: 50 } })
    const { send, until } = await connect()
    send(say('One. '))
    send(say('Two. ', { generation_config: { speed: 1.2 } }))
    expect((await until('error')).message).toContain('keep all other fields the same')
  })

  it('should refuse text for a context that has expired', async () => {
    await start({ expiryMs: 10 })
    const { send, until } = await connect()
    send(say('One. ', { max_buffer_delay_ms: 0 }))
    await until('chunk')
    await new Promise((resolve) => setTimeout(resolve, 60))
    send(say('Two. ', { max_buffer_delay_ms: 0 }))
    expect((await until('error')).message).toContain('expired')
  })

  it('should hold text back until a sentence ends, unless told not to', async () => {
    await start()
    const { send, until, heard } = await connect()
    send(say('One and '))
    send(say('two '))
    send(say('three. '))
    send(say('', { continue: false }))
    await until('done')
    expect(heard().trim()).toBe('one and two three.')
  })

  it('should speak what it holds back at a flush, and say when it has', async () => {
    await start()
    const { send, until, heard } = await connect()
    send(say('One and '))
    send(say('', { flush: true }))
    expect(await until('flush_done')).toMatchObject({ flush_done: true, flush_id: 1, done: false, context_id: 'c1' })
    expect(heard()).toBe('one and ')
  })

  it('should only drop by a cancel what has not begun to sound', async () => {
    await start({ latencies: { realTimeFactor: 0.05 } })
    const { send, until, heard } = await connect()
    send(say('This one sounds. ', { max_buffer_delay_ms: 0 }))
    send(say('This one waits. ', { max_buffer_delay_ms: 0 }))
    await until('chunk')
    send({ context_id: 'c1', cancel: true })
    await until('done')
    expect(heard().trim()).toBe('this one sounds.')
  })

  it('should not take binary messages', async () => {
    await start()
    const { socket, until } = await connect()
    socket.send(Buffer.from('x'), { binary: true })
    expect(await until('error')).toMatchObject({ status_code: 400 })
  })
})
