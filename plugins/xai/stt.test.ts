import { describe, expect, it } from '@jest/globals'
import { errorAmong, say, silence, turnsOf } from '../../simulators/kit/testing/open-streams.ts'
import type { LlmFault } from '../../simulators/llm-kit/index.ts'
import { listUtterances } from '../../simulators/speech/index.ts'
import type { XaiSimulatedKey } from '../../simulators/xai/index.ts'
import type { SttOptions } from '../../src/provider-kit/index.ts'
import { createVoiceHarness, KEY } from './testing/voice-harness.ts'

const spoken = listUtterances().filter((utterance) => utterance.text && !utterance.segments)
const { listen, serve, simulate } = createVoiceHarness()

describe('transcribing with xAI', () => {
  it.each(['mulaw', 'alaw'] as const)('should hear every utterance in %s as one turn each', async (encoding) => {
    const simulator = await simulate()
    const { stream, log, send, events } = listen(simulator.origin, { format: { encoding, sampleRate: 8000 } })
    await log.until('open')
    for (const { id } of spoken) send(say(id, encoding))
    // Closing waits for the rest only so long; the last turn may need it.
    await log.until('end-of-turn', spoken.length - 1)
    stream.close()
    await log.until('closed')
    expect(turnsOf(events)).toEqual(spoken.map(({ text }) => text))
    expect(events.filter(({ type }) => type === 'speech-started')).toHaveLength(spoken.length)
    const finals = events.flatMap((event) => (event.type === 'final' ? [event.text] : []))
    expect(finals.join(' ')).toBe(spoken.map(({ text }) => text).join(' '))
    expect(simulator.sessions[0]?.closeCode).toBe(1000)
  })

  it('should show interims of the whole turn, chunks that are final included', async () => {
    const { log, send, events } = listen((await simulate()).origin)
    send(say('phone-number'))
    await log.until('end-of-turn')
    const text = 'My number is five five five, zero one four two.'
    const interims = events.flatMap((event) => (event.type === 'interim' ? [event.text] : []))
    expect(interims.some((interim) => interim.split(' ').length > 5)).toBe(true)
    for (const interim of interims) expect(text.startsWith(interim)).toBe(true)
    expect(events.filter(({ type }) => type === 'final').length).toBeGreaterThan(1)
  })

  it('should ask for what is still buffered when it closes in the middle of speech', async () => {
    const { stream, log, send, events } = listen((await simulate()).origin)
    await log.until('open')
    send(say('book-table').subarray(0, 1600 * 8))
    stream.close()
    await log.until('closed')
    expect(turnsOf(events)).toHaveLength(1)
    expect(turnsOf(events)[0]).toMatch(/^I would like to book/)
  })

  it('should hold audio until the session stands, and hear nothing in silence', async () => {
    const { origin } = await simulate()
    const early = listen(origin)
    early.send(say('hello'))
    early.stream.close()
    await early.log.until('closed')
    expect(turnsOf(early.events)).toEqual(['Hello.'])
    const quiet = listen(origin)
    await quiet.log.until('open')
    quiet.send(silence(2000))
    quiet.stream.close()
    await quiet.log.until('closed')
    expect(quiet.log.types()).toEqual(['open', 'closed'])
  })

  it('should pass language and key terms on, and warn of what xAI does not take', async () => {
    const simulator = await simulate()
    const keyterms = ['Brezel', 'x'.repeat(51)]
    const { log } = listen(simulator.origin, { language: 'de-AT', keyterms })
    await log.until('warning')
    expect(simulator.sessions[0]?.query).toEqual({
      encoding: 'mulaw',
      sample_rate: '8000',
      interim_results: 'true',
      endpointing: '500',
      language: 'de',
      keyterm: 'Brezel',
    })
  })

  it('should deliver nothing but closed once it was destroyed, and close although xAI does not answer', async () => {
    const { origin } = await serve((socket) => socket.send('{"type":"transcript.created"}'))
    const destroyed = listen(origin)
    await destroyed.log.until('open')
    destroyed.stream.destroy()
    await destroyed.log.until('closed')
    expect(destroyed.log.types()).toEqual(['open', 'closed'])
    const waiting = listen(origin)
    await waiting.log.until('open')
    waiting.stream.close()
    await waiting.log.until('closed')
    expect(waiting.log.types()).toEqual(['open', 'closed'])
  })

  it.each<[string, XaiSimulatedKey, Partial<SttOptions> & { apiKey?: string }, string]>([
    ['a wrong key, which xAI tells by 400', {}, { apiKey: `${KEY}-wrong` }, 'rejected'],
    ['a blocked team', { teamBlocked: true }, {}, 'rejected'],
    ['a team without credits', { credit: 'used' }, {}, 'out-of-credit'],
  ])('should tell of %s', async (_name, account, options, kind) => {
    const { log, events } = listen((await simulate(account)).origin, options)
    await log.until('closed')
    expect(errorAmong(events, 'T3BlbkFJ')).toMatchObject({ provider: 'xai', kind })
  })

  it.each<[LlmFault, string]>([
    ['rate-limit', 'rate-limited'],
    ['overloaded', 'unreachable'],
    ['close-mid-stream', 'closed'],
    ['error-mid-stream', 'out-of-credit'],
  ])('should name the fault %s %s', async (fault, kind) => {
    const simulator = await simulate()
    simulator.setFault(fault)
    const { log, send, events } = listen(simulator.origin)
    send(say('book-table'))
    await log.until('closed')
    expect(errorAmong(events, 'T3BlbkFJ').kind).toBe(kind)
  })

  it('should say unreachable where nobody listens', async () => {
    const { log, events } = listen('http://127.0.0.1:9')
    await log.until('closed')
    expect(errorAmong(events, KEY).kind).toBe('unreachable')
  })
})
