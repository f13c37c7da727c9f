import { afterEach, describe, expect, it } from '@jest/globals'
import { listUtterances } from '../../simulators/speech/library.ts'
import type { SttOptions } from '../../src/provider-kit/index.ts'
import { createHarness, isType, KEY, QUICK, say, silence, turnsOf } from './testing/harness.ts'

const { simulate, serve, open, withHeldTime, closeAll } = createHarness()
afterEach(closeAll)

const spoken = listUtterances().filter((utterance) => utterance.text && !utterance.segments)

describe('stt.open', () => {
  it.each(['mulaw', 'alaw'] as const)('hears every utterance in %s as one turn each', async (encoding) => {
    const simulator = await simulate()
    const { events, seen, send, stream } = open(simulator.origin, { format: { encoding, sampleRate: 8000 } })
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
    expect(events.filter(isType('speech-started'))).toHaveLength(spoken.length)
    expect(simulator.requests[0]?.path).toBe('/transcribe-websocket')
    const closed = events.at(-1)
    expect(Math.abs((closed?.type === 'closed' ? closed.audioMs : 0) - sentMs)).toBeLessThanOrEqual(20)
  })

  it('hears live audio, shows interims of the whole turn and leaves in order', async () => {
    const simulator = await simulate()
    const { events, seen, send, stream } = open(simulator.origin)
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
    for (const interim of interims) expect(text.startsWith(interim)).toBe(true)
    expect(events.flatMap((event) => (event.type === 'final' ? [event.text] : [])).join(' ')).toBe(text)
    expect(turnsOf(events)).toEqual([text])
    expect(events.filter(isType('error'))).toEqual([])
    expect(simulator.sessions[0]?.closeCode).toBe(1000)
  })

  it('sends the key in the header of the upgrade and nowhere else', async () => {
    const simulator = await simulate()
    const { seen, send } = open(simulator.origin)
    send(say('yes'))
    await seen(isType('end-of-turn'))
    const [request] = simulator.requests
    expect(request?.headers.authorization).toBe(`Bearer ${KEY}`)
    expect(`${request?.path} ${request?.query}`).not.toContain(KEY)
    expect(JSON.stringify(simulator.sessions[0]?.start)).not.toMatch(/api_key|k3y0/)
  })

  it('takes a hesitation for no end', async () => {
    const { events, seen, send } = open((await simulate()).origin)
    send(say('hesitate-change'))
    await seen(isType('end-of-turn'))
    expect(turnsOf(events)).toEqual(['I would like to change my reservation.'])
  })

  it('asks for what is still buffered when it closes in the middle of speech', async () => {
    const { events, seen, send, stream } = open((await simulate()).origin)
    await seen(isType('open'))
    send(say('book-table').subarray(0, 1500 * 8))
    stream.close()
    stream.send(silence(20))
    await seen(isType('closed'))
    expect(turnsOf(events)).toHaveLength(1)
    expect(turnsOf(events)[0]).toMatch(/^I would like to book/)
  })

  it('holds audio while the handshake takes its time, the last 10 s of it', async () => {
    const simulator = await simulate({ latencies: { ...QUICK, handshakeMs: 150 } })
    const { events, seen, send, stream } = open(simulator.origin)
    send(Buffer.concat([say('stop'), silence(9500), say('hello')]))
    stream.close()
    await seen(isType('closed'))
    expect(turnsOf(events)).toEqual(['Hello.'])
    expect(events.filter(isType('warning'))).toHaveLength(1)
    expect(simulator.sessions[0]?.audioBytes).toBeLessThanOrEqual(80_000)
  })

  it('starts with the request, sends each frame at once and none without bytes, and ends with finalize and an empty text', async () => {
    const frames: (number | string)[] = []
    const server = await serve((socket) => {
      socket.on('message', (data: Buffer, isBinary) => {
        frames.push(isBinary ? data.length : String(data).replace(/^\{"model".*/, 'start'))
        if (!isBinary && data.length === 0) socket.send('{"tokens":[],"finished":true}')
      })
    })
    const { seen, send, stream } = open(server.origin)
    await seen(isType('open'))
    stream.send(Buffer.alloc(0))
    send(silence(60))
    stream.close()
    await seen(isType('closed'))
    expect(frames).toEqual(['start', 160, 160, 160, '{"type":"finalize"}', ''])
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

  it.each<[Partial<SttOptions>, object]>([
    [{}, { model: 'stt-rt-v5', audio_format: 'mulaw', sample_rate: 8000, num_channels: 1 }],
    [
      { format: { encoding: 'alaw', sampleRate: 8000 }, model: 'stt-rt-v4' },
      { model: 'stt-rt-v4', audio_format: 'alaw' },
    ],
    [
      { language: 'de-AT', keyterms: ['Brezel', 'Kuchen & Torte'] },
      { language_hints: ['de'], context: { terms: ['Brezel', 'Kuchen & Torte'] } },
    ],
    [{ language: 'nb-NO' }, { language_hints: ['no'] }],
    [{ language: 'multi' }, { enable_endpoint_detection: true, max_endpoint_delay_ms: 1000 }],
  ])('passes %j on', async (options, expected) => {
    const simulator = await simulate()
    const { events, seen, send } = open(simulator.origin, options)
    send(say('yes', options.format?.encoding))
    await seen(isType('end-of-turn'))
    expect(simulator.sessions[0]?.start).toMatchObject(expected)
    expect(events.filter(isType('warning'))).toEqual([])
    if (!('language_hints' in expected)) expect(simulator.sessions[0]?.start).not.toHaveProperty('language_hints')
  })

  it.each([
    [{ language: 'tlh' }, 'does not list tlh'],
    [{ keyterms: ['a'.repeat(9000), 'b'.repeat(2000)] }, '10,000 characters'],
  ])('warns of what Soniox lacks instead of failing: %#', async (options, part) => {
    const { events, seen, send } = open((await simulate()).origin, options)
    send(say('yes'))
    await seen(isType('end-of-turn'))
    expect(events.filter(isType('warning'))).toEqual([{ type: 'warning', message: expect.stringContaining(part) }])
  })
})
