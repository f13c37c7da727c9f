import { afterEach, describe, expect, it } from '@jest/globals'
import type { SimulatorRequest } from '../../simulators/kit/index.ts'
import { createSimulatorServer } from '../../simulators/kit/index.ts'
import { createOpenStreams, errorAmong, say, silence, turnsOf } from '../../simulators/kit/testing/open-streams.ts'
import { createOpenAiSimulator } from '../../simulators/openai/index.ts'
import type { OpenAiFault, OpenAiSimulatorOptions } from '../../simulators/openai/index.ts'
import { listUtterances } from '../../simulators/speech/index.ts'
import type { SttOptions } from '../../src/provider-kit/index.ts'
import { stt } from './stt.ts'
import type { WebSocket } from 'ws'

const KEY = 'sk-proj-T3BlbkFJ-good'
const EMPTY = 'sk-proj-T3BlbkFJ-empty'
const spoken = listUtterances().filter((utterance) => utterance.text && !utterance.segments)

const streams = createOpenStreams()
const servers: { close(): Promise<void> }[] = []
afterEach(async () => {
  await streams.closeAll()
  for (const server of servers.splice(0)) await server.close()
})

const simulate = async (options: Partial<OpenAiSimulatorOptions> = {}) => {
  const simulator = await createOpenAiSimulator({ keys: { [KEY]: {}, [EMPTY]: { hasCredit: false } }, ...options })
  servers.push(simulator)
  return simulator
}
const listen = (api: string, { apiKey = KEY, ...options }: Partial<SttOptions> & { apiKey?: string } = {}) =>
  streams.listen(stt, { credentials: { apiKey }, origins: { api } }, options)

/** A server that does with the socket what a test wants. */
const serve = async (accept: (socket: WebSocket, request: SimulatorRequest) => void) => {
  const server = await createSimulatorServer({
    onRequest: () => ({ status: 404 }),
    onUpgrade: (request) => ({ accept: (socket) => accept(socket, request) }),
  })
  servers.push(server)
  return server
}

describe.each(['gpt-4o-transcribe', 'gpt-realtime-whisper'])('a transcription by %s', (model) => {
  it.each(['mulaw', 'alaw'] as const)('should hear every utterance in %s as one turn each', async (encoding) => {
    const simulator = await simulate()
    const { stream, log, send, events } = listen(simulator.origin, { model, format: { encoding, sampleRate: 8000 } })
    await log.until('open')
    for (const { id } of spoken) send(say(id, encoding))
    // Closing waits for the rest only so long; the last turn may need it.
    await log.until('end-of-turn', spoken.length - 1)
    stream.close()
    await log.until('closed')
    expect(turnsOf(events)).toEqual(spoken.map(({ text }) => text))
    expect(events.filter(({ type }) => type === 'speech-started')).toHaveLength(spoken.length)
    expect(events.filter(({ type }) => type === 'error')).toEqual([])
    const [session] = simulator.sessions
    expect(session?.closeCode).toBe(1000)
    expect(events.at(-1)).toEqual({ type: 'closed', audioMs: Math.round((session?.audioBytes ?? 0) / 8) })
  })

  it('should ask for what is still buffered when it closes in the middle of speech, and wait for it', async () => {
    const simulator = await simulate({ latencies: { transcriptMs: 50 } })
    const { stream, log, send, events } = listen(simulator.origin, { model })
    await log.until('open')
    send(say('book-table').subarray(0, 1600 * 8))
    stream.close()
    stream.send(silence(20))
    await log.until('closed')
    expect(turnsOf(events)).toHaveLength(1)
    expect(turnsOf(events)[0]).toMatch(/^I would like to book/)
  })

  it('should hold audio while the session is made', async () => {
    const { stream, log, send, events } = listen((await simulate()).origin, { model })
    send(say('hello'))
    stream.close()
    await log.until('closed')
    expect(turnsOf(events)).toEqual(['Hello.'])
  })

  it('should never commit silence, in which OpenAI would hear words', async () => {
    const simulator = await simulate()
    const { stream, log, send, events } = listen(simulator.origin, { model })
    await log.until('open')
    send(silence(2000))
    stream.close()
    await log.until('closed')
    expect(simulator.sessions[0]?.commits).toBe(0)
    expect(log.types()).toEqual(['open', 'closed'])
    expect(turnsOf(events)).toEqual([])
  })
})

describe('a transcription by OpenAI', () => {
  it('should tell words while they are spoken where the model does', async () => {
    const { log, send, events } = listen((await simulate()).origin, { model: 'gpt-realtime-whisper' })
    await log.until('open')
    send(say('phone-number'))
    await log.until('end-of-turn')
    const text = 'My number is five five five, zero one four two.'
    const interims = events.flatMap((event) => (event.type === 'interim' ? [event.text] : []))
    expect(interims.length).toBeGreaterThan(5)
    for (const interim of interims) expect(text.startsWith(interim)).toBe(true)
    expect(turnsOf(events)).toEqual([text])
  })

  it.each<[Partial<SttOptions>, object, string | undefined]>([
    [
      { language: 'de-AT', keyterms: ['Brezel', 'Torte'] },
      { model: 'gpt-4o-transcribe', language: 'de', prompt: 'Expect words such as Brezel, Torte.' },
      undefined,
    ],
    [{ model: 'whisper-1', keyterms: ['Brezel', 'Torte'] }, { model: 'whisper-1', prompt: 'Brezel, Torte' }, undefined],
    [{ model: 'gpt-realtime-whisper', keyterms: ['Brezel'] }, { model: 'gpt-realtime-whisper' }, 'no key terms'],
  ])('should pass %j on as %j', async (options, transcription, warning) => {
    const simulator = await simulate()
    const { log, events } = listen(simulator.origin, options)
    await log.until('open')
    expect(simulator.sessions[0]?.session?.audio.input).toMatchObject({ format: { type: 'audio/pcmu' } })
    expect(simulator.sessions[0]?.session?.audio.input.transcription).toEqual(transcription)
    const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.message] : []))
    expect(warnings).toEqual(warning ? [expect.stringContaining(warning)] : [])
  })

  it('should go on after a turn that could not be made out', async () => {
    const { origin } = await serve((socket) => {
      const send = (type: string, fields: object) => socket.send(JSON.stringify({ type, ...fields }))
      const transcription = 'conversation.item.input_audio_transcription'
      send('session.updated', {})
      send('input_audio_buffer.committed', { item_id: 'a' })
      send('input_audio_buffer.committed', { item_id: 'b' })
      send(`${transcription}.completed`, { item_id: 'b', transcript: 'Two.' })
      const error = { type: 'transcription_error', code: 'audio_unintelligible', message: KEY, param: null }
      send(`${transcription}.failed`, { item_id: 'a', error })
    })
    const { log, events } = listen(origin)
    await log.until('end-of-turn')
    expect(log.types()).toEqual(['open', 'warning', 'final', 'end-of-turn'])
    expect(turnsOf(events)).toEqual(['Two.'])
    expect(JSON.stringify(events)).not.toContain(KEY)
  })

  it('should tell turns in the order in which they were spoken, whichever transcript comes first', async () => {
    const { origin } = await serve((socket) => {
      const send = (type: string, fields: object) => socket.send(JSON.stringify({ type, ...fields }))
      const done = 'conversation.item.input_audio_transcription.completed'
      send('session.updated', {})
      send('input_audio_buffer.committed', { item_id: 'a' })
      send('input_audio_buffer.committed', { item_id: 'b' })
      send(done, { item_id: 'b', transcript: ' Two. ' })
      send('conversation.item.input_audio_transcription.delta', { item_id: 'a', delta: 'One' })
      send(done, { item_id: 'a', transcript: 'One.' })
    })
    const { log, events } = listen(origin)
    await log.until('end-of-turn', 2)
    expect(events.slice(1)).toEqual([
      { type: 'interim', text: 'One' },
      { type: 'final', text: 'One.' },
      { type: 'end-of-turn', text: 'One.' },
      { type: 'final', text: 'Two.' },
      { type: 'end-of-turn', text: 'Two.' },
    ])
  })

  it('should deliver nothing but closed once it was destroyed, and end at once when nothing was said', async () => {
    const { origin } = await simulate()
    const destroyed = listen(origin)
    await destroyed.log.until('open')
    destroyed.send(say('hello').subarray(0, 700 * 8))
    destroyed.stream.destroy()
    await destroyed.log.until('closed')
    expect(destroyed.log.types()).toEqual(['open', 'closed'])
    const early = listen(origin)
    early.stream.close()
    await early.log.until('closed')
    expect(early.events).toEqual([{ type: 'closed', audioMs: 0 }])
  })

  it('should close although OpenAI does not answer', async () => {
    const { origin } = await serve((socket) => socket.send('{"type":"session.updated"}'))
    const { stream, log, send } = listen(origin)
    await log.until('open')
    send(say('hello').subarray(0, 800 * 8))
    stream.close()
    await log.until('closed')
    expect(log.types()).toEqual(['open', 'closed'])
  })
})

describe('a transcription by OpenAI that fails', () => {
  it.each<[string, Partial<SttOptions> & { apiKey?: string }, string, string]>([
    ['a wrong key, told after the socket opened', { apiKey: `${KEY}-wrong` }, 'rejected', 'invalid_api_key'],
    ['an empty account', { apiKey: EMPTY }, 'out-of-credit', 'insufficient_quota'],
    ['an unknown model', { model: 'gpt-9-transcribe' }, 'invalid-request', 'invalid_value'],
  ])('should tell of %s', async (_name, options, kind, providerCode) => {
    const { log, events } = listen((await simulate()).origin, options)
    await log.until('closed')
    expect(errorAmong(events, 'T3BlbkFJ')).toMatchObject({ provider: 'openai', kind, providerCode })
    expect(log.types().at(-1)).toBe('closed')
  })

  it.each<[OpenAiFault, string]>([
    ['rate-limit', 'rate-limited'],
    ['server-error', 'unreachable'],
    ['quota-mid-stream', 'out-of-credit'],
    ['close-mid-utterance', 'closed'],
    ['transcription-failed', 'failed'],
  ])('should name the fault %s %s', async (fault, kind) => {
    const simulator = await simulate()
    simulator.setFault(fault)
    const { log, send, events } = listen(simulator.origin)
    send(say('hello'))
    await log.until('closed')
    expect(errorAmong(events, 'T3BlbkFJ').kind).toBe(kind)
  })

  it('should read the close alone where no event told why', async () => {
    for (const [code, reason, kind] of [
      [3000, 'invalid_request_error.invalid_api_key', 'rejected'],
      [1000, '', 'closed'],
      [1011, `so sorry, ${KEY}`, 'closed'],
    ] as const) {
      const { origin } = await serve((socket) => socket.close(code, reason))
      const { log, events } = listen(origin)
      await log.until('closed')
      expect(errorAmong(events, 'T3BlbkFJ').kind).toBe(kind)
    }
  })

  it('should say unreachable where nobody listens', async () => {
    const { log, events } = listen('http://127.0.0.1:9')
    await log.until('closed')
    expect(errorAmong(events, KEY).kind).toBe('unreachable')
  })
})
