import { afterEach, describe, expect, it } from '@jest/globals'
import { listUtterances } from '../../simulators/speech/library.ts'
import type { SttOptions } from '../../src/provider-kit/index.ts'
import { createHarness, isType, KEY, QUICK, say, silence, turnsOf } from './testing/harness.ts'

const { simulate, serve, open, withHeldTime, closeAll } = createHarness()
afterEach(closeAll)

const spoken = listUtterances().filter((utterance) => utterance.text && !utterance.segments)

describe.each(['universal-3-5-pro', 'u3-rt-pro', 'universal-streaming-english', 'universal-streaming-multilingual'])(
  'a stream of %s',
  (model) => {
    // A-law is what a caller of the plugin may give although it says that it takes mu-law alone.
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
      // Closing waits for the rest only so long; the last turn may need it.
      await seen(() => turnsOf(events).length >= spoken.length - 1)
      stream.close()
      await seen(isType('closed'))
      expect(turnsOf(events)).toEqual(spoken.map((utterance) => utterance.text))
      expect(events.filter(isType('speech-started')).length).toBeGreaterThanOrEqual(spoken.length)
      expect(events[0]).toEqual({ type: 'open', requestId: simulator.sessions[0]?.id })
      const closed = events.at(-1)
      expect(Math.abs((closed?.type === 'closed' ? closed.audioMs : 0) - sentMs)).toBeLessThanOrEqual(20)
    })

    it('takes a hesitation for no end', async () => {
      const { events, seen, send } = open((await simulate()).origin, { model })
      send(say('hesitate-change'))
      await seen(isType('end-of-turn'))
      expect(turnsOf(events)).toEqual(['I would like to change my reservation.'])
    })
  },
)

describe('stt.open', () => {
  it('hears live audio, shows interims of the whole turn and leaves in order', async () => {
    const simulator = await simulate()
    const { events, seen, send, stream } = open(simulator.origin, { model: 'universal-streaming-english' })
    await seen(isType('open'))
    send(say('phone-number'))
    await seen(isType('end-of-turn'))
    stream.close()
    await seen(isType('closed'))
    const text = 'My number is five five five, zero one four two.'
    const types = events.map((event) => event.type)
    expect(types.indexOf('speech-started')).toBeLessThan(types.indexOf('interim'))
    const interims = events.flatMap((event) => (event.type === 'interim' ? [event.text] : []))
    expect(interims.length).toBeGreaterThan(5)
    for (const interim of interims) expect('my number is five five five zero one four two').toContain(interim)
    expect(turnsOf(events)).toEqual([text])
    expect(events.filter(isType('error'))).toEqual([])
    expect(simulator.sessions[0]?.closeCode).toBe(1000)
  })

  it('tells the probable end of a turn, and that it goes on', async () => {
    const { events, seen, send } = open((await simulate()).origin, { model: 'universal-streaming-english' })
    send(say('hesitate-change'))
    await seen(isType('end-of-turn'))
    expect(events.map((event) => event.type).filter((type) => type !== 'interim')).toEqual([
      'open',
      'speech-started',
      'eager-end-of-turn',
      'turn-resumed',
      'eager-end-of-turn',
      'final',
      'end-of-turn',
    ])
  })

  it('tells the start of speech before there are words', async () => {
    const { events, seen, send } = open((await simulate()).origin, { model: 'universal-3-5-pro' })
    send(say('book-table').subarray(0, 600 * 8))
    await seen(isType('speech-started'))
    expect(events.map((event) => event.type)).toEqual(['open', 'speech-started'])
  })

  it('sends the key in the header of the upgrade, without a scheme, and nowhere else', async () => {
    const simulator = await simulate()
    const { seen } = open(simulator.origin)
    await seen(isType('open'))
    const [request] = simulator.requests
    expect(request?.headers.authorization).toBe(KEY)
    expect(`${request?.path}?${request?.query}`).not.toContain(KEY)
  })

  it('never sends a frame below 50 ms or above 1,000 ms, and none later than the third telephone frame', async () => {
    const simulator = await simulate({ latencies: { ...QUICK, handshakeMs: 100 } })
    const { seen, send, stream } = open(simulator.origin)
    // Held until the stream begins: 2,060 ms, which no even cut at 1,000 ms would leave whole.
    send(silence(2060))
    await seen(isType('open'))
    stream.send(Buffer.alloc(0))
    for (let frame = 0; frame < 7; frame++) stream.send(silence(20))
    stream.close()
    await seen(isType('closed'))
    const frames = simulator.sessions[0]?.frameMs ?? []
    expect(frames.slice(0, 3).reduce((sum, ms) => sum + ms, 0)).toBe(2060)
    expect(frames.slice(3)).toEqual([60, 60, 50])
    expect(simulator.sessions[0]?.closeCode).toBe(1000)
  })

  it('asks for what is still buffered when it closes in the middle of speech', async () => {
    const { events, seen, send, stream } = open((await simulate()).origin)
    await seen(isType('open'))
    send(say('book-table').subarray(0, 1500 * 8))
    stream.close()
    stream.send(silence(60))
    await seen(isType('closed'))
    expect(turnsOf(events)).toHaveLength(1)
    expect(turnsOf(events)[0]).toMatch(/^I would like to book/)
  })

  it('waits for Begin, and holds the last 10 s of audio until then', async () => {
    const simulator = await simulate({ latencies: { ...QUICK, beginMs: 150 } })
    const { events, seen, send, stream } = open(simulator.origin)
    send(Buffer.concat([say('stop'), silence(9500), say('hello')]))
    stream.close()
    await seen(isType('closed'))
    expect(turnsOf(events)).toEqual(['Hello.'])
    expect(events.filter(isType('warning'))).toHaveLength(1)
    expect(simulator.sessions[0]?.audioBytes).toBeLessThanOrEqual(80_000)
  })

  it('ends with ForceEndpoint and Terminate', async () => {
    const frames: (number | string)[] = []
    const server = await serve((socket) => {
      socket.send('{"type":"Begin","id":"b-1","expires_at":1}')
      socket.on('message', (data: Buffer, isBinary) => {
        frames.push(isBinary ? data.length : String(data))
        if (String(data).includes('Terminate')) socket.send('{"type":"Termination"}')
      })
    })
    const { events, seen, send, stream } = open(server.origin)
    await seen(isType('open'))
    send(silence(80))
    stream.close()
    await seen(isType('closed'))
    // The last 20 ms are filled up to a frame; only what the caller said is counted.
    expect(events.at(-1)).toEqual({ type: 'closed', audioMs: 80 })
    expect(frames).toEqual([480, 400, '{"type":"ForceEndpoint"}', '{"type":"Terminate"}'])
  })

  it('keeps a stream without audio alive', () =>
    withHeldTime(async (pass) => {
      const simulator = await simulate()
      const { seen } = open(simulator.origin)
      await seen(isType('open'))
      await pass(6000)
      while (simulator.sessions[0]?.keepAlives === 0) await new Promise(setImmediate)
      expect(simulator.sessions[0]?.isOpen).toBe(true)
    }))

  const base = { encoding: 'pcm_mulaw', sample_rate: '8000', inactivity_timeout: '60' }
  it.each<[Partial<SttOptions>, object]>([
    [{}, { ...base, speech_model: 'universal-3-5-pro', max_turn_silence: '1000', interruption_delay: '250' }],
    [
      { language: 'de-AT', keyterms: ['Brezel', 'Kuchen & Torte'] },
      {
        ...base,
        speech_model: 'universal-3-5-pro',
        max_turn_silence: '1000',
        interruption_delay: '250',
        language_codes: '["de"]',
        keyterms_prompt: '["Brezel","Kuchen & Torte"]',
      },
    ],
    [
      { model: 'universal-streaming-english', language: 'en-US', keyterms: ['tart'] },
      { ...base, speech_model: 'universal-streaming-english', format_turns: 'true', keyterms_prompt: '["tart"]' },
    ],
    [
      { model: 'u3-rt-pro', language: 'fr' },
      { ...base, speech_model: 'u3-rt-pro', max_turn_silence: '1000', interruption_delay: '250' },
    ],
  ])('passes %j on, and nothing else', async (options, expected) => {
    const simulator = await simulate()
    const { events, seen } = open(simulator.origin, options)
    await seen(isType('open'))
    expect(simulator.requests[0]?.path).toBe('/v3/ws')
    expect(Object.fromEntries(simulator.requests[0]?.query ?? [])).toEqual(expected)
    expect(events.filter(isType('warning'))).toEqual([])
  })

  it.each<[Partial<SttOptions>, string]>([
    [{ language: 'es-ES', model: 'universal-streaming-english' }, 'hears English only'],
    [{ language: 'tlh' }, 'does not list tlh'],
    [{ keyterms: ['tart'], model: 'whisper-rt' }, 'has no key terms'],
    [{ keyterms: ['x'.repeat(51), 'tart'] }, '100 key terms of 50 characters'],
    [{ keyterms: Array.from({ length: 101 }, (_, index) => `term ${index}`) }, '100 key terms of 50 characters'],
  ])('warns of what the model lacks instead of failing: %#', async (options, part) => {
    const { events, seen } = open((await simulate()).origin, options)
    await seen(isType('warning'))
    expect(events).toEqual([
      expect.objectContaining({ type: 'open' }),
      { type: 'warning', message: expect.stringContaining(part) },
    ])
  })
})
