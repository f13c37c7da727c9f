import { afterEach, describe, expect, it } from '@jest/globals'
import { listUtterances } from '../../simulators/speech/library.ts'
import { createHarness, isType, QUICK, say, silence, turnsOf } from './testing/harness.ts'

const { simulate, serve, open, withHeldTime, closeAll } = createHarness()
afterEach(closeAll)

const spoken = listUtterances().filter((utterance) => utterance.text && !utterance.segments)

describe.each([
  ['nova-3', '/v1/listen'],
  ['flux-general-en', '/v2/listen'],
  ['flux-general-multi', '/v2/listen'],
])('a stream of %s', (model, path) => {
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
    expect(events[0]).toEqual({ type: 'open', requestId: simulator.sessions[0]?.id })
    expect(simulator.requests[0]?.path).toBe(path)
    const closed = events.at(-1)
    expect(Math.abs((closed?.type === 'closed' ? closed.audioMs : 0) - sentMs)).toBeLessThanOrEqual(20)
  })
})

describe('stt.open', () => {
  it('hears live audio, shows interims of the whole turn and leaves in order', async () => {
    const simulator = await simulate()
    const { events, seen, send, stream } = open(simulator.origin)
    await seen(isType('open'))
    send(say('phone-number'))
    await seen(isType('end-of-turn'))
    stream.close()
    await seen(isType('closed'))
    const text = 'My number is five five five, zero one four two.'
    const interims = events.flatMap((event) => (event.type === 'interim' ? [event.text] : []))
    expect(interims.length).toBeGreaterThan(5)
    for (const interim of interims) expect(text.startsWith(interim)).toBe(true)
    expect(events.filter(isType('final'))).toHaveLength(2)
    expect(turnsOf(events)).toEqual([text])
    expect(events.filter(isType('error'))).toEqual([])
    expect(simulator.sessions[0]?.closeCode).toBe(1000)
  })

  it('tells with Flux that a hesitation was no end', async () => {
    const { events, seen, send } = open((await simulate()).origin, { model: 'flux-general-en' })
    send(say('hesitate-change'))
    await seen(isType('end-of-turn'))
    const types = events.map((event) => event.type).filter((type) => type !== 'interim')
    const whole = [
      'open',
      'speech-started',
      'eager-end-of-turn',
      'turn-resumed',
      'eager-end-of-turn',
      'final',
      'end-of-turn',
    ]
    expect(types).toEqual(whole)
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

  it('sends no frame without bytes, joins frames to 80 ms for Flux only, and ends with what the version has', async () => {
    for (const [model, sizes] of [
      ['nova-3', [160, 160, 160, 160, 160, '{"type":"Finalize"}', '{"type":"CloseStream"}']],
      ['flux-general-en', [640, 160, '{"type":"CloseStream"}']],
    ] as const) {
      const frames: (number | string)[] = []
      const server = await serve((socket) => {
        socket.on('message', (data: Buffer, isBinary) => {
          frames.push(isBinary ? data.length : String(data))
          if (!isBinary && String(data).includes('CloseStream')) socket.close(1000)
        })
      })
      const { seen, send, stream } = open(server.origin, { model })
      await seen(isType('open'))
      stream.send(Buffer.alloc(0))
      send(silence(100))
      stream.close()
      await seen(isType('closed'))
      expect(frames).toEqual(sizes)
    }
  })

  it('keeps a Nova stream without audio alive', () =>
    withHeldTime(async (pass) => {
      const simulator = await simulate()
      const { seen } = open(simulator.origin)
      await seen(isType('open'))
      await pass(6000)
      while (simulator.sessions[0]?.keepAlives === 0) await new Promise(setImmediate)
      expect(simulator.sessions[0]?.isOpen).toBe(true)
    }))

  it.each([
    [{ language: 'es-ES', model: 'flux-general-en' }, 'hears English only'],
    [{ keyterms: ['tart'], model: 'nova-2-phonecall' }, 'has no key terms'],
  ])('warns of options that the model lacks: %j', async (options, part) => {
    const { events, seen } = open((await simulate()).origin, options)
    await seen(isType('warning'))
    expect(events).toEqual([
      expect.objectContaining({ type: 'open' }),
      { type: 'warning', message: expect.stringContaining(part) },
    ])
  })

  it.each([
    [{}, { language: 'en', model: 'nova-3' }],
    [
      { language: 'de', keyterms: ['Brezel', 'Kuchen & Torte'] },
      { language: 'de', keyterm: 'Brezel|Kuchen & Torte' },
    ],
    [
      { model: 'flux-general-multi', language: 'pt-BR', keyterms: ['pão'] },
      { language_hint: 'pt', keyterm: 'pão' },
    ],
  ])('passes %j on', async (options, expected) => {
    const simulator = await simulate()
    const { seen } = open(simulator.origin, options)
    await seen(isType('open'))
    const query = simulator.requests[0]?.query ?? new URLSearchParams()
    const joined = Object.fromEntries([...query.keys()].map((name) => [name, query.getAll(name).join('|')]))
    expect(joined).toMatchObject({ encoding: 'mulaw', sample_rate: '8000', ...expected })
  })
})
