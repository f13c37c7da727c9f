import { once } from 'node:events'
import { afterEach, describe, expect, it } from '@jest/globals'
import WebSocket from 'ws'
import { decodeMulaw } from '../../src/provider-kit/audio.ts'
import { say, silence } from '../kit/testing/open-streams.ts'
import type { ElevenLabsSimulator, ElevenLabsSimulatorOptions } from './index.ts'
import { createElevenLabsSimulator } from './index.ts'

const KEY = 'sk_good'
const ULAW = 'model_id=scribe_v2_realtime&audio_format=ulaw_8000'
const VAD = `${ULAW}&commit_strategy=vad&vad_silence_threshold_secs=0.5`

const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

async function start(options: Partial<ElevenLabsSimulatorOptions> = {}): Promise<ElevenLabsSimulator> {
  const simulator = await createElevenLabsSimulator({ keys: { [KEY]: {} }, ...options })
  opened.push(simulator)
  return simulator
}

type Message = { message_type: string; text?: string; error?: string }

/** A bare client: what comes, and how it ends. */
async function listen(simulator: ElevenLabsSimulator, query: string) {
  const socket = new WebSocket(`${simulator.origin.replace('http', 'ws')}/v1/speech-to-text/realtime?${query}`, {
    headers: { 'xi-api-key': KEY },
  })
  opened.push({ close: () => socket.terminate() })
  const messages: Message[] = []
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Message
    messages.push(message)
    socket.emit(`seen-${message.message_type}`)
  })
  const closed = once(socket, 'close').then(([code]) => code as number)
  await once(socket, 'open')
  const chunk = (audio: Buffer, changes: object = {}) =>
    socket.send(
      JSON.stringify({
        message_type: 'input_audio_chunk',
        audio_base_64: audio.toString('base64'),
        commit: false,
        sample_rate: 8000,
        ...changes,
      }),
    )
  return {
    messages,
    closed,
    chunk,
    raw: (data: string | Buffer) => socket.send(data),
    seen: (type: string) => once(socket, `seen-${type}`),
    committed: () =>
      messages.flatMap(({ message_type, text }) => (message_type === 'committed_transcript' ? [text] : [])),
  }
}

const linear = (audio: Buffer, step: number): Buffer => {
  const pcm = Buffer.alloc(audio.length * 2 * step)
  for (let at = 0; at < audio.length * step; at++)
    pcm.writeInt16LE(decodeMulaw(audio[Math.floor(at / step)] ?? 0), at * 2)
  return pcm
}

describe('/v1/speech-to-text/realtime', () => {
  it('should commit after a pause, with partial transcripts before', async () => {
    const client = await listen(await start(), VAD)
    client.chunk(say('book-table'))
    await client.seen('committed_transcript')
    expect(client.messages[0]).toMatchObject({
      message_type: 'session_started',
      session_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      config: { audio_format: 'ulaw_8000', commit_strategy: 'vad', vad_silence_threshold_secs: 0.5 },
    })
    expect(client.messages.filter(({ message_type }) => message_type === 'partial_transcript').length).toBeGreaterThan(
      3,
    )
    expect(client.committed()).toEqual(['I would like to book a table for two.'])
  })

  it('should leave commits to the client where that is asked for, which is the default', async () => {
    const client = await listen(await start(), ULAW)
    client.chunk(Buffer.concat([say('hello'), say('goodbye')]))
    client.chunk(Buffer.alloc(0), { commit: true })
    await client.seen('committed_transcript')
    expect(client.committed()).toEqual(['Hello. Goodbye.'])
  })

  it.each(['pcm_8000', 'pcm_16000'])('should hear %s too', async (format) => {
    const rate = Number(format.slice(4))
    const client = await listen(await start(), VAD.replace('ulaw_8000', format))
    client.chunk(linear(say('hello'), rate / 8000), { sample_rate: rate })
    await client.seen('committed_transcript')
    expect(client.committed()).toEqual(['Hello.'])
  })

  it('should refuse to commit next to nothing, and go on', async () => {
    const client = await listen(await start(), VAD)
    client.chunk(silence(100), { commit: true })
    await client.seen('commit_throttled')
    client.chunk(say('hello'))
    await client.seen('committed_transcript')
    expect(client.committed()).toEqual(['Hello.'])
  })

  it.each([
    ['no JSON', 'hello'],
    ['a binary message', Buffer.alloc(160)],
    ['an unknown message', JSON.stringify({ message_type: 'commit' })],
    ['an unknown field', JSON.stringify({ message_type: 'input_audio_chunk', audio: '' })],
    [
      'another sample rate',
      JSON.stringify({ message_type: 'input_audio_chunk', audio_base_64: '', commit: false, sample_rate: 16000 }),
    ],
  ])('should refuse %s', async (_name, data) => {
    const client = await listen(await start(), VAD)
    client.raw(data)
    expect(await client.closed).toBe(1008)
    expect(client.messages.at(-1)?.message_type).toBe('input_error')
  })

  it('should take earlier text with the first chunk alone', async () => {
    const client = await listen(await start(), VAD)
    client.chunk(silence(20), { previous_text: 'So as I was saying,' })
    client.chunk(silence(20), { previous_text: 'So as I was saying,' })
    await client.closed
    expect(client.messages.map(({ message_type }) => message_type)).toEqual(['session_started', 'input_error'])
  })

  it.each([
    'audio_format=ulaw_8000',
    'model_id=scribe_v1',
    `${ULAW.replace('ulaw', 'alaw')}`,
    `${VAD}&encoding=mulaw`,
    `${VAD}&language_code=de-DE`,
    `${VAD}&keyterms=${'a'.repeat(21)}`,
    `${VAD}&${Array.from({ length: 51 }, (_, index) => `keyterms=${index}`).join('&')}`,
    `${ULAW}&vad_silence_threshold_secs=0.2`,
    `${VAD}&commit_strategy=manual`,
  ])('should refuse %s once the socket is open', async (query) => {
    const client = await listen(await start(), query)
    expect(await client.closed).toBe(1008)
    expect(client.messages.map(({ message_type }) => message_type)).toEqual(['invalid_request'])
  })

  it('should close a stream without audio', async () => {
    const client = await listen(await start({ secondMs: 2 }), VAD)
    expect(await client.closed).toBe(1000)
  })
})
