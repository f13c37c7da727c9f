import { DeepgramClient } from '@deepgram/sdk'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createDeepgramSimulator } from '../../simulators/deepgram/index.ts'
import { loadUtterance } from '../../simulators/speech/library.ts'
import { FRAME_BYTES, SILENCE_BYTE } from '../../src/provider-kit/index.ts'
import { stt } from './stt.ts'

const KEY = 'k3y0'.repeat(10)
const silence = (ms: number) => Buffer.alloc(ms * 8, SILENCE_BYTE.mulaw)
const audio = Buffer.concat(
  ['hi-there', 'book-table', 'phone-number', 'cough', 'tomorrow-seven', 'goodbye'].flatMap((id) => [
    silence(300),
    loadUtterance(id, 'mulaw'),
    silence(600),
  ]),
)

let close: (() => Promise<void>) | undefined
afterEach(() => close?.())

async function simulate() {
  const keys = { [KEY]: { projectName: 'Bakery', state: 'valid' as const } }
  const simulator = await createDeepgramSimulator({ keys, latencies: { handshakeMs: 0 } })
  close = simulator.close
  return simulator
}

function forEachFrame(send: (frame: Buffer) => void): void {
  for (let at = 0; at < audio.length; at += FRAME_BYTES) send(audio.subarray(at, at + FRAME_BYTES))
}

const hearWithPlugin = (origin: string, model: string) =>
  new Promise<string>((resolve) => {
    const finals: string[] = []
    const stream = stt.open(
      { credentials: { apiKey: KEY }, origins: { api: origin } },
      { model, format: { encoding: 'mulaw', sampleRate: 8000 } },
      (event) => {
        if (event.type === 'final') finals.push(event.text)
        if (event.type === 'closed') resolve(finals.join(' '))
        if (event.type !== 'open') return
        forEachFrame(stream.send)
        stream.close()
      },
    )
  })

async function hearWithSdk(origin: string, model: 'nova-3' | 'flux-general-en'): Promise<string> {
  const socketOrigin = origin.replace('http', 'ws')
  const environment = { base: origin, production: socketOrigin, agent: socketOrigin, agentRest: origin }
  const { listen } = new DeepgramClient({ apiKey: KEY, environment })
  const common = { Authorization: `Token ${KEY}`, encoding: 'mulaw' as const, sample_rate: 8000, reconnectAttempts: 0 }
  const v1 = { ...common, model, endpointing: 300, smart_format: 'true' as const }
  const connection = await (model === 'nova-3' ? listen.v1.connect(v1) : listen.v2.connect({ ...common, model }))
  const finals: string[] = []
  const onMessage = (message: object) => {
    const { type, is_final, channel, event, transcript } = message as Record<string, unknown>
    const alternatives = (channel as { alternatives: { transcript: string }[] } | undefined)?.alternatives
    const text =
      type === 'Results' && is_final ? alternatives?.[0]?.transcript : event === 'EndOfTurn' ? transcript : ''
    if (text) finals.push(String(text))
  }
  connection.on('message', onMessage)
  const closed = new Promise<void>((resolve) => connection.on('close', () => resolve()))
  connection.connect()
  await connection.waitForOpen()
  forEachFrame((frame) => connection.sendMedia(frame))
  connection.sendCloseStream({ type: 'CloseStream' })
  await closed
  connection.close()
  return finals.join(' ')
}

describe('the plugin beside @deepgram/sdk', () => {
  it.each(['nova-3', 'flux-general-en'] as const)('hears the same with %s', async (model) => {
    const { origin } = await simulate()
    const heard = await hearWithPlugin(origin, model)
    expect(heard).toBe(
      'Hi there, can you hear me? I would like to book a table for two. ' +
        'My number is five five five, zero one four two. Tomorrow at seven in the evening. Goodbye.',
    )
    expect(await hearWithSdk(origin, model)).toBe(heard)
  })
})
