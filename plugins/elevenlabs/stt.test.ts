import { afterEach, describe, expect, it, jest } from '@jest/globals'
import type { ElevenLabsSimulator, ElevenLabsSimulatorOptions } from '../../simulators/elevenlabs/index.ts'
import { createElevenLabsSimulator } from '../../simulators/elevenlabs/index.ts'
import { createSimulatorServer } from '../../simulators/kit/index.ts'
import { createOpenStreams, say, silence, turnsOf } from '../../simulators/kit/testing/open-streams.ts'
import { listUtterances, loadUtterance } from '../../simulators/speech/library.ts'
import type { SttOptions } from '../../src/provider-kit/index.ts'
import { stt } from './stt.ts'

const KEY = `sk_${'5ec4e7'.repeat(8)}`
const spoken = listUtterances().filter((utterance) => utterance.text && !utterance.segments)

const streams = createOpenStreams()
const servers: { close(): unknown }[] = []
afterEach(async () => {
  jest.useRealTimers()
  await streams.closeAll()
  for (const server of servers.splice(0)) await server.close()
})

async function simulate(options: Partial<ElevenLabsSimulatorOptions> = {}): Promise<ElevenLabsSimulator> {
  const simulator = await createElevenLabsSimulator({ keys: { [KEY]: {} }, ...options })
  servers.push(simulator)
  return simulator
}
const open = (origin: string, options: Partial<SttOptions> = {}) =>
  streams.listen(stt, { credentials: { apiKey: KEY }, origins: { api: origin } }, options)

describe('stt.open', () => {
  it('hears every utterance as one turn each', async () => {
    const { origin } = await simulate()
    const { stream, log, send } = open(origin)
    await log.until('open')
    let sentMs = 0
    for (const { id } of spoken) {
      const audio = say(id)
      sentMs += audio.length / 8
      send(audio)
    }
    // Closing waits for the rest only so long; the last turn may need it.
    await log.until('end-of-turn', spoken.length - 1)
    stream.close()
    await log.until('closed')
    expect(turnsOf(log.events)).toEqual(spoken.map(({ text }) => text))
    expect(log.events.filter(({ type }) => type === 'speech-started')).toHaveLength(spoken.length)
    const closed = log.events.at(-1)
    expect(closed?.type === 'closed' && Math.abs(closed.audioMs - sentMs) <= 20).toBe(true)
  })

  it('shows interims of the whole turn, then one final, and the id of the session', async () => {
    const simulator = await simulate()
    const { log, send } = open(simulator.origin)
    send(say('phone-number'))
    await log.until('end-of-turn')
    const text = 'My number is five five five, zero one four two.'
    expect(log.events[0]).toEqual({ type: 'open', requestId: expect.stringMatching(/^[0-9a-f]{32}$/) })
    expect(log.types().slice(1, 3)).toEqual(['speech-started', 'interim'])
    const interims = log.events.flatMap((event) => (event.type === 'interim' ? [event.text] : []))
    expect(interims.length).toBeGreaterThan(5)
    for (const interim of interims) expect(text.startsWith(interim)).toBe(true)
    expect(log.events.slice(-2)).toEqual([
      { type: 'final', text },
      { type: 'end-of-turn', text },
    ])
  })

  it('sends the key in the header alone, and mu-law in pieces of 60 ms and more', async () => {
    const simulator = await simulate()
    const { log, send } = open(simulator.origin)
    await log.until('open')
    send(say('yes'))
    await log.until('end-of-turn')
    const [record] = simulator.transcriptions
    expect([...simulator.seenKeys]).toEqual([KEY])
    expect(String(record?.query)).toBe(
      'model_id=scribe_v2_realtime&audio_format=ulaw_8000&commit_strategy=vad&vad_silence_threshold_secs=0.5',
    )
    expect(new Set(record?.chunks)).toEqual(new Set([480]))
  })

  it.each<[Partial<SttOptions>, object]>([
    [{ language: 'de-AT' }, { language_code: 'de' }],
    [{ language: 'fil-PH' }, { language_code: 'fil' }],
    [{ language: 'multi' }, { language_code: null }],
    [{ keyterms: ['Brezel', 'Kuchen & Torte'] }, { keyterms: ['Brezel', 'Kuchen & Torte'] }],
  ])('passes %j on', async (options, expected) => {
    const simulator = await simulate()
    const { log } = open(simulator.origin, options)
    await log.until('open')
    const query = simulator.transcriptions[0]?.query
    expect({ language_code: query?.get('language_code'), keyterms: query?.getAll('keyterms') }).toMatchObject(expected)
    expect(log.types()).toEqual(['open'])
  })

  it.each<[Partial<SttOptions>, string]>([
    [{ language: 'x-klingon' }, 'two or three letters'],
    [{ keyterms: ['a'.repeat(21), 'tart'] }, '50 key terms of 20 characters'],
    [{ keyterms: Array.from({ length: 51 }, (_, index) => `term ${index}`) }, '50 key terms of 20 characters'],
  ])('warns of what Scribe lacks instead of failing: %#', async (options, part) => {
    const { log } = open((await simulate()).origin, options)
    await log.until('warning')
    expect(log.events.slice(1)).toEqual([{ type: 'warning', message: expect.stringContaining(part) }])
  })

  it('holds audio until the session starts, the last 10 s of it', async () => {
    const server = await simulate()
    const { stream, log, send } = open(server.origin)
    send(Buffer.concat([say('stop'), silence(9500), say('hello')]))
    stream.close()
    await log.until('closed')
    expect(turnsOf(log.events)).toEqual(['Hello.'])
    expect(log.types()).toContain('warning')
    expect(server.transcriptions[0]?.audioBytes).toBeLessThanOrEqual(80_000)
    expect(Math.max(...(server.transcriptions[0]?.chunks ?? []))).toBeLessThanOrEqual(8000)
  })

  it('asks for what is still buffered when it closes in the middle of speech', async () => {
    const simulator = await simulate()
    const { stream, log, send } = open(simulator.origin)
    await log.until('open')
    send(say('book-table').subarray(0, 1500 * 8))
    stream.close()
    stream.send(silence(20))
    await log.until('closed')
    expect(turnsOf(log.events)).toHaveLength(1)
    expect(turnsOf(log.events)[0]).toMatch(/^I would like to book/)
    expect([simulator.transcriptions[0]?.commits, simulator.transcriptions[0]?.closeCode]).toEqual([1, 1000])
  })

  it('closes at once where a last commit is refused for want of audio', async () => {
    const { stream, log, send } = open((await simulate()).origin)
    await log.until('open')
    send(Buffer.concat([silence(300), loadUtterance('yes', 'mulaw'), silence(560)]))
    await log.until('end-of-turn')
    const startedAt = Date.now()
    stream.close()
    await log.until('closed')
    // Without the refusal it waits for a last transcript until the grace of closing ends.
    expect(Date.now() - startedAt).toBeLessThan(2500)
    expect(log.types().slice(-2)).toEqual(['end-of-turn', 'closed'])
  })

  it('keeps a stream without audio alive with a little silence, which is not counted', async () => {
    jest.useFakeTimers({ advanceTimers: true, doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
    const simulator = await simulate()
    const { stream, log } = open(simulator.origin)
    await log.until('open')
    for (let second = 0; second < 20; second++) {
      await jest.advanceTimersByTimeAsync(1000)
      await new Promise(setImmediate)
    }
    expect(log.types()).toEqual(['open'])
    expect(new Set(simulator.transcriptions[0]?.chunks)).toEqual(new Set([800]))
    stream.destroy()
    await log.until('closed')
    expect(log.events.at(-1)).toEqual({ type: 'closed', audioMs: 0 })
  })

  it('gives a session that does not start 5 s', async () => {
    jest.useFakeTimers({ advanceTimers: true, doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
    let isTaken = false
    const server = await createSimulatorServer({
      onRequest: () => ({ status: 404 }),
      onUpgrade: () => ({ accept: () => (isTaken = true) }),
    })
    servers.push(server)
    const { log } = open(server.origin)
    while (!isTaken) await new Promise(setImmediate)
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    await jest.advanceTimersByTimeAsync(6000)
    await log.until('closed')
    expect(log.events[0]).toEqual({ type: 'error', error: expect.objectContaining({ kind: 'timeout' }) })
  })

  it('ends at once when closed or destroyed before it opened and nothing was said', async () => {
    const { origin } = await simulate()
    for (const how of ['close', 'destroy'] as const) {
      const { stream, log } = open(origin)
      stream[how]()
      await log.until('closed')
      expect(log.events).toEqual([{ type: 'closed', audioMs: 0 }])
    }
  })
})
