import { afterEach, describe, expect, it } from '@jest/globals'
import { HumeClient } from 'hume'
import { createResampler, encodeG711 } from '../../src/provider-kit/index.ts'
import { readToneSpeech } from '../tone-speech/index.ts'
import { createHumeSimulator } from './index.ts'
import type { HumeSimulator } from './index.ts'

let simulator: HumeSimulator
afterEach(() => simulator.close())

const start = async (apiKey = 'key') => {
  simulator = await createHumeSimulator({ keys: { key: { customVoices: ['v1'] } } })
  const socketOrigin = simulator.origin.replace('http', 'ws')
  return new HumeClient({
    apiKey,
    environment: {
      base: simulator.origin,
      tts: `${socketOrigin}/v0/tts`,
      evi: `${socketOrigin}/v0/evi`,
      stream: `${socketOrigin}/v0/stream`,
    },
    maxRetries: 0,
  })
}

describe('the official SDK at the simulator', () => {
  it('should list the voices', async () => {
    const client = await start()
    const names: string[] = []
    for await (const voice of await client.tts.voices.list({ provider: 'HUME_AI', pageSize: 2 })) names.push(voice.name)
    expect(names).toEqual(['Male English Actor', 'Ava Song', 'Inspiring Woman'])
  })

  it('should know a refusal for what it is', async () => {
    const client = await start('another')
    await expect(client.tts.voices.list({ provider: 'HUME_AI' })).rejects.toMatchObject({ statusCode: 401 })
  })

  it('should be spoken to over the socket, and heard', async () => {
    const client = await start()
    const socket = await client.tts.streamInput.connect({
      formatType: 'pcm',
      stripHeaders: true,
      noBinary: true,
      instantMode: true,
      version: '2',
      reconnectAttempts: 0,
    })
    const chunks: Buffer[] = []
    socket.on('message', (message) => {
      if (message.type === 'audio') chunks.push(Buffer.from(message.audio, 'base64'))
    })
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
    await socket.waitForOpen()
    socket.sendPublish({ text: 'Hello there.', voice: { name: 'Ava Song', provider: 'HUME_AI' } })
    socket.sendPublish({ close: true })
    await closed
    const resampler = createResampler({ fromRate: 48000, toRate: 8000 })
    const samples = [...resampler.push(Buffer.concat(chunks)), ...resampler.flush()]
    expect(readToneSpeech(encodeG711(Int16Array.from(samples), 'mulaw'), 'mulaw')).toBe('hello there.')
  })
})
