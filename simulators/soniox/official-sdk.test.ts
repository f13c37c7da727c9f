import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { SonioxNodeClient } from '@soniox/node'
import WebSocket from 'ws'
import type { SonioxSimulator } from './index.ts'
import { createHarness, framesOf, KEY, say, silence, START } from './testing/harness.ts'

const { start, closeAll } = createHarness()
afterEach(closeAll)

/**
 * The SDK takes the runtime's WebSocket, which Node has from version 22 on, and still sends the key in the start
 * request alone, as Soniox allows until 15 January 2027.
 */
describe('the official SDK', () => {
  const native = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket')
  beforeAll(() => {
    Object.defineProperty(globalThis, 'WebSocket', { value: WebSocket, configurable: true, writable: true })
  })
  afterAll(() => {
    if (native) Object.defineProperty(globalThis, 'WebSocket', native)
    else Reflect.deleteProperty(globalThis, 'WebSocket')
  })

  const createClient = ({ origin }: SonioxSimulator, api_key = KEY) =>
    new SonioxNodeClient({
      api_key,
      base_url: origin,
      realtime: { ws_base_url: `${origin.replace('http', 'ws')}/transcribe-websocket` },
    })
  const { enable_endpoint_detection, ...raw } = START
  const config = { ...raw, audio_format: 'mulaw' as const, enable_endpoint_detection, language_hints: ['en'] }

  it('transcribes', async () => {
    const session = createClient(await start({ takesKeyInMessage: true })).realtime.stt(config)
    let text = ''
    const seen: string[] = []
    session.on('result', (result) => {
      for (const token of result.tokens) if (token.is_final) text += token.text
    })
    session.on('endpoint', () => seen.push('endpoint'))
    session.on('finalized', () => seen.push('finalized'))
    await session.connect()
    session.keepAlive()
    const audio = Buffer.concat([say('move-appointment'), silence(500), say('yes').subarray(0, 600 * 8)])
    for (const frame of framesOf(audio)) session.sendAudio(frame)
    session.finalize()
    await session.finish()
    expect(text.trim()).toBe('Can you move my appointment to Friday? Yes.')
    expect(seen).toEqual(['endpoint', 'finalized'])
  })

  it('tells a refused key and an empty account apart', async () => {
    for (const [key, code, statusCode] of [
      ['wrong', 'auth_error', 401],
      ['poor', 'quota_exceeded', 402],
    ] as const) {
      const simulator = await start({ takesKeyInMessage: true, keys: { poor: { state: 'no-credit' } } })
      const session = createClient(simulator, key).realtime.stt(config)
      const failed = new Promise((resolve) => session.on('error', resolve))
      await session.connect()
      expect(await failed).toMatchObject({ code, statusCode })
    }
  })

  it('is refused as it will be from 15 January 2027 on', async () => {
    const session = createClient(await start()).realtime.stt(config)
    await expect(session.connect()).rejects.toMatchObject({ code: 'connection_error' })
  })

  it('reads models and limits, and the refusal of a wrong key', async () => {
    const simulator = await start()
    const client = createClient(simulator)
    const models = await client.models.list()
    expect(models.map((model) => model.id)).toContain('stt-rt-v5')
    const limits = await client.concurrencyLimits.get()
    expect(limits.project.limits.transcribe_concurrent).toBe(10)
    await expect(createClient(simulator, 'wrong').models.list()).rejects.toMatchObject({ statusCode: 401 })
  })
})
