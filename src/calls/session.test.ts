import { describe, expect, it } from '@jest/globals'
import { ProviderError, transcode } from '../provider-kit/index.ts'
import { createFakeCarrier } from './testing/fake-carrier.ts'
import { createFakeLlm } from './testing/fake-llm.ts'
import { createFakeStt } from './testing/fake-stt.ts'
import { createFakeTts } from './testing/fake-tts.ts'
import { createManualClock } from './testing/manual-clock.ts'
import type { TestCall } from './testing/test-call.ts'
import { createTestCall } from './testing/test-call.ts'
import type { CallSummary } from './types.ts'

const LONG = 'We have three rooms left for that week, and each of them looks onto the garden.'

const endCall = async (call: TestCall, reason: Parameters<TestCall['session']['end']>[0] = 'caller-hangup') => {
  const ended = call.session.end(reason)
  await call.clock.until(() => call.clock.listeners() === 0, 6_000)
  return ended
}

const untilSpoken = async (call: TestCall) => {
  const before = call.carrier.frames.length
  await call.clock.until(() => call.carrier.frames.length > before)
  await call.clock.until(call.carrier.isSilent)
  await call.clock.advance(100)
}

describe('a call', () => {
  it('greets, answers two turns and accounts for everything', async () => {
    const clock = createManualClock()
    const call = createTestCall({
      clock,
      agent: { greeting: 'Good morning.', language: 'en-US' },
      llm: createFakeLlm(clock, ['We close at five.', 'Goodbye then.']),
    })
    call.session.start()
    await untilSpoken(call)
    await call.say('When do you close?')
    await untilSpoken(call)
    await call.say('Thank you.')
    await untilSpoken(call)
    const summary = await endCall(call)

    expect(summary.transcript.map(({ speaker, text }) => [speaker, text])).toEqual([
      ['agent', 'Good morning.'],
      ['caller', 'When do you close?'],
      ['agent', 'We close at five.'],
      ['caller', 'Thank you.'],
      ['agent', 'Goodbye then.'],
    ])
    expect(summary.transcript.some((entry) => entry.interrupted)).toBe(false)
    for (const { startMs, endMs } of summary.transcript) expect(endMs).toBeGreaterThanOrEqual(startMs)
    expect(call.llm.requests[1]?.messages).toEqual([
      { role: 'assistant', content: 'Good morning.' },
      { role: 'user', content: 'When do you close?' },
      { role: 'assistant', content: 'We close at five.' },
      { role: 'user', content: 'Thank you.' },
    ])
    expect(call.llm.requests[0]?.system).toBe('You are Ada.')
    expect(call.stt.last().options.language).toBe('en-US')
    expect(summary.usage.llm).toMatchObject({ provider: 'fake-llm', inputTokens: 20, outputTokens: 10, requests: 2 })
    expect(summary.usage.tts.characters).toBe('Good morning.We close at five.Goodbye then.'.length)
    expect(summary.requestIds.map(({ requestId }) => requestId)).toEqual(['stt-1', 'tts-1', 'llm-1', 'llm-2'])
    expect(summary.endedReason).toBe('caller-hangup')
    expect(summary.turns).toHaveLength(2)
    const [turn] = summary.turns
    const way = [
      turn?.finalTranscriptMs,
      turn?.firstTokenMs,
      turn?.firstAudioMs,
      turn?.firstFrameSentMs,
      turn?.firstMarkMs,
    ]
    expect(way).toEqual([...way].sort((left, right) => Number(left) - Number(right)))
    expect(way.every((step) => Number.isFinite(step))).toBe(true)
    expect(turn?.engineMs).toBe(0)
    expect(call.logs.map(({ event }) => event)).toEqual(
      expect.arrayContaining([
        'stt.started',
        'tts.started',
        'llm.started',
        'llm.first-token',
        'tts.first-audio',
        'audio.first-sent',
        'call.ended',
      ]),
    )
    expect(JSON.stringify(call.logs)).not.toContain('close')
  })

  it('speaks the first clause while the rest is still being written', async () => {
    const clock = createManualClock()
    const pieces = ['Of course I can do that. ', 'Slowly ', 'and ', 'with ', 'care.']
    const call = createTestCall({ clock, llm: createFakeLlm(clock, [{ pieces, betweenMs: 1_000 }]) })
    call.session.start()
    await call.say('Can you?')
    await clock.advance(100 + 1_000 + 200)
    expect(call.tts.last().text()).toBe('Of course I can do that. ')
    expect(call.carrier.frames.length).toBeGreaterThan(0)
    await endCall(call)
  })

  it('ends by itself when told nothing for long', async () => {
    const call = createTestCall({ agent: { turns: { silenceTimeoutSeconds: 10 } } })
    call.session.start()
    await call.speak(9_900, { isQuiet: true })
    expect(call.endings).toEqual([])
    await call.speak(300, { isQuiet: true })
    expect(call.endings).toEqual([{ reason: 'silence-timeout' }])
    await call.clock.advance(200)
    expect((await call.session.done).endedReason).toBe('silence-timeout')
    expect(call.clock.listeners()).toBe(0)
  })

  it('blames the transcription when the caller spoke all the while', async () => {
    const call = createTestCall({ agent: { turns: { silenceTimeoutSeconds: 10 } } })
    call.session.start()
    await call.speak(10_200)
    expect(call.endings[0]).toMatchObject({
      reason: 'provider-failed',
      error: { provider: 'fake-stt', kind: 'timeout' },
    })
  })

  it('ends at its longest duration', async () => {
    const call = createTestCall({ agent: { maxDurationSeconds: 3 } })
    call.session.start()
    await call.clock.advance(3_200)
    expect((await call.session.done).endedReason).toBe('max-duration')
  })

  it('ends when the carrier stays congested', async () => {
    const call = createTestCall()
    call.session.start()
    call.carrier.congestion = 300 * 1024
    await call.clock.advance(4_000)
    call.carrier.congestion = 0
    await call.clock.advance(1_000)
    call.carrier.congestion = 300 * 1024
    await call.clock.advance(5_000)
    expect(call.endings).toEqual([])
    await call.clock.advance(1_000)
    expect(call.endings).toEqual([{ reason: 'carrier-failed' }])
  })

  it('reports progress off the frame path, only when something was said', async () => {
    const call = createTestCall({ agent: { greeting: LONG } })
    call.session.start()
    await call.clock.advance(2_100)
    expect(call.progress).toHaveLength(1)
    const [entry] = call.progress[0]?.transcript ?? []
    expect(entry).toMatchObject({ speaker: 'agent', text: LONG })
    expect(entry?.heard?.length).toBeLessThan(LONG.length)
    expect(LONG.startsWith(entry?.heard as string)).toBe(true)
    await call.clock.advance(1_900)
    expect(call.progress).toHaveLength(1)
    await endCall(call)
  })

  it("orders the caller's frames and writes the last words down after hang-up", async () => {
    const clock = createManualClock()
    const call = createTestCall({ clock, stt: createFakeStt({ clock, lastWords: 'and goodbye' }) })
    call.session.start()
    for (const chunk of [1, 3, 2, 2, 5]) {
      call.session.onMedia({ type: 'media', chunk, payload: Buffer.alloc(160, chunk) })
    }
    call.report({ type: 'interim', text: 'thanks' })
    call.report({ type: 'final', text: 'Thanks' })
    call.session.onMedia({ type: 'stop' })
    await clock.advance(200)
    const summary = await call.session.done
    expect(summary.transcript.map(({ text }) => text)).toEqual(['Thanks and goodbye'])
    expect(summary.endedReason).toBe('caller-hangup')
    const audio = call.stt.last().audio()
    expect([0, 160, 320, 480].map((at) => audio[at])).toEqual([1, 2, 3, 5])
    expect(summary.usage.stt.audioMs).toBe(80)
  })

  it('speaks a farewell, which nothing interrupts, before it ends', async () => {
    const call = createTestCall()
    call.session.start()
    const ended = call.session.end('shutdown', { farewell: 'We must close now. Goodbye.' })
    await call.clock.advance(500)
    call.report({ type: 'interim', text: 'but wait' })
    expect(call.endings).toEqual([])
    await call.clock.until(() => call.endings.length > 0)
    await call.clock.advance(200)
    const summary = await ended
    expect(summary.endedReason).toBe('shutdown')
    expect(summary.transcript[0]).toMatchObject({ speaker: 'agent', text: 'We must close now. Goodbye.' })
    expect(summary.transcript[0]).not.toHaveProperty('interrupted')
    expect(summary.transcript[1]?.text).toBe('but wait')
  })

  it('ends within its deadline whatever the providers do', async () => {
    const clock = createManualClock()
    const call = createTestCall({
      clock,
      stt: createFakeStt({ clock, isDeaf: true }),
      tts: createFakeTts({ clock, isDeaf: true }),
      llm: createFakeLlm(clock, [{ hangs: true }]),
      options: {
        recorder: { caller: () => undefined, agent: () => undefined, close: () => new Promise(() => undefined) },
      },
    })
    call.session.start()
    await call.say('Hello?')
    await clock.advance(500)
    const before = clock.now()
    const summary = await endCall(call, 'operator-hangup')
    expect(clock.now() - before).toBeLessThanOrEqual(5_000)
    expect(call.stt.last().wasDestroyed()).toBe(true)
    expect(summary.endedReason).toBe('operator-hangup')
    expect(summary.warnings).toContain('The recording was not closed in time')
  })

  it('survives owners whose functions throw', async () => {
    const call = createTestCall({ agent: { greeting: 'Hello.' } })
    call.session.onEnding = () => {
      throw new Error('owner')
    }
    call.carrier.send = () => {
      throw new Error('socket')
    }
    call.session.start()
    await call.clock.advance(6_000)
    expect((await call.session.done).endedReason).toBe('carrier-failed')
    expect(call.clock.listeners()).toBe(0)
  })

  it('speaks both laws, transcoding for providers that know only one', async () => {
    const clock = createManualClock()
    const call = createTestCall({
      clock,
      encoding: 'alaw',
      agent: { greeting: 'Hi' },
      stt: createFakeStt({ clock, encodings: ['mulaw'] }),
      tts: createFakeTts({ clock, encodings: ['mulaw'] }),
    })
    call.session.start()
    // A-law silence becomes mu-law silence.
    call.session.onMedia({ type: 'media', chunk: 1, payload: Buffer.alloc(160, 0xd5) })
    await untilSpoken(call)
    expect(call.stt.last().options.format.encoding).toBe('mulaw')
    expect(new Set(call.stt.last().audio())).toEqual(new Set([0xfe]))
    expect(call.tts.connections[0]?.options.format.encoding).toBe('mulaw')
    // The fake voice says its first letter as byte 1, in mu-law.
    const [expected] = transcode({ audio: Uint8Array.of(1), from: 'mulaw', to: 'alaw' })
    expect(expected).not.toBe(1)
    expect(call.carrier.frames[0]?.[0]).toBe(expected)
    await endCall(call)
  })
})

describe('barge-in', () => {
  const inAnswer = async (settings: Parameters<typeof createTestCall>[0] = {}) => {
    const clock = settings.clock ?? createManualClock()
    const call = createTestCall({ clock, llm: createFakeLlm(clock, [LONG, 'Of course.']), ...settings })
    call.session.start()
    await call.say('What do you have?')
    await clock.until(() => call.carrier.frames.length > 0)
    await clock.advance(1_500)
    return call
  }

  it('pauses for a noise and goes on from what was heard', async () => {
    const call = await inAnswer()
    call.report({ type: 'speech-started' })
    expect(call.carrier.clears).toBe(1)
    const { length } = call.carrier.frames
    await call.clock.advance(700)
    expect(call.carrier.frames).toHaveLength(length)
    const heard = call.carrier.heard()
    await call.clock.advance(200)
    expect(call.carrier.frames.length).toBeGreaterThan(length)
    // Neither a gap nor more than a mark's uncertainty said twice: characters of 50 ms are told apart by their byte.
    const next = call.carrier.frames[length]?.[0] as number
    expect(next).toBeLessThanOrEqual(heard.at(-1) as number)
    expect(next).toBeGreaterThanOrEqual((heard.at(-1) as number) - 2)
    await call.clock.until(call.carrier.isSilent)
    await call.clock.advance(100)
    const summary = await endCall(call)
    expect(summary.transcript.at(-1)).toMatchObject({ text: LONG })
    expect(summary.transcript.at(-1)).not.toHaveProperty('interrupted')
    expect(call.llm.requests).toHaveLength(1)
  })

  it('stops for words, keeps what was heard and answers the new question', async () => {
    const call = await inAnswer()
    call.report({ type: 'speech-started' })
    const heardAudio = call.carrier.heard()
    await call.clock.advance(200)
    call.report({ type: 'interim', text: 'sorry' })
    call.report({ type: 'end-of-turn', text: 'Sorry, with breakfast?' })
    const request = call.llm.requests[1]
    const heard = request?.messages[1]?.content as string
    expect(LONG.startsWith(heard)).toBe(true)
    const charactersHeard = heardAudio.length / 8 / 50
    expect(heard.length).toBeGreaterThan(charactersHeard - 12)
    expect(heard.length).toBeLessThanOrEqual(charactersHeard + 3)
    expect(request?.messages.at(-1)).toEqual({ role: 'user', content: 'Sorry, with breakfast?' })
    await untilSpoken(call)
    const summary = await endCall(call)
    expect(summary.transcript.map(({ text }) => text)).toEqual([
      'What do you have?',
      LONG,
      'Sorry, with breakfast?',
      'Of course.',
    ])
    expect(summary.transcript[1]).toMatchObject({ interrupted: true, heard })
    expect(call.logs.filter(({ event }) => event === 'barge-in')).toHaveLength(1)
  })

  it('lets nothing of the dropped answer through, however late it comes', async () => {
    const call = await inAnswer()
    const dropped = call.tts.last()
    call.report({ type: 'interim', text: 'stop' })
    const { length } = call.carrier.frames
    dropped.emit({ type: 'audio', audio: Buffer.alloc(1_600, 77) })
    dropped.emit({ type: 'done' })
    await call.clock.advance(2_000)
    expect(call.carrier.frames).toHaveLength(length)
    await endCall(call)
  })

  it('does not take marks that `clear` gave back for heard words', async () => {
    const clock = createManualClock()
    const call = await inAnswer({ clock, carrier: createFakeCarrier(clock, { markDelayMs: 150 }) })
    call.report({ type: 'speech-started' })
    const audio = call.carrier.heard().length / 8
    await call.clock.advance(400)
    call.report({ type: 'end-of-turn', text: 'Stop.' })
    const heard = call.llm.requests[1]?.messages[1]?.content as string
    expect(heard.length * 50).toBeLessThanOrEqual(audio + 100)
    await endCall(call)
  })

  it('goes on after a sign of listening', async () => {
    const call = await inAnswer()
    call.report({ type: 'speech-started' })
    await call.clock.advance(200)
    call.report({ type: 'interim', text: 'uh-huh' })
    call.report({ type: 'end-of-turn', text: 'Uh-huh.' })
    await untilSpoken(call)
    const summary = await endCall(call)
    expect(call.llm.requests).toHaveLength(1)
    expect(summary.transcript.map(({ text }) => text)).toEqual(['What do you have?', LONG, 'Uh-huh.'])
    expect(summary.transcript[1]).not.toHaveProperty('interrupted')
  })

  it('interrupts the greeting too', async () => {
    const call = createTestCall({ agent: { greeting: LONG } })
    call.session.start()
    await call.clock.advance(1_500)
    await call.say('Is this Ada?')
    const { messages } = call.llm.requests[0] as { messages: readonly { content: string }[] }
    expect(LONG.startsWith(messages[0]?.content as string)).toBe(true)
    expect(messages[0]?.content.length).toBeLessThan(LONG.length / 2)
    await endCall(call)
  })

  it('keeps what was heard when the caller hangs up in the middle', async () => {
    const call = await inAnswer()
    const summary = await endCall(call)
    expect(summary.transcript[1]).toMatchObject({ speaker: 'agent', interrupted: true })
    expect(summary.transcript[1]?.heard?.length).toBeGreaterThan(10)
  })

  it('joins a question that goes on while the answer is being thought of', async () => {
    const clock = createManualClock()
    const call = createTestCall({
      clock,
      llm: createFakeLlm(clock, [{ pieces: ['Stale.'], firstTokenMs: 1_000 }, 'Fresh.']),
    })
    call.session.start()
    await call.say('I want a pizza.')
    await clock.advance(300)
    await call.say('And a salad.')
    await untilSpoken(call)
    expect(call.llm.requests[0]?.signal.aborted).toBe(true)
    expect(call.llm.requests[1]?.messages).toEqual([{ role: 'user', content: 'I want a pizza. And a salad.' }])
    const summary = await endCall(call)
    expect(summary.transcript.map(({ text }) => text)).toEqual(['I want a pizza.', 'And a salad.', 'Fresh.'])
    expect(summary.turns).toHaveLength(1)
  })
})

describe('speculation', () => {
  const speculate = async (finalText: string) => {
    const clock = createManualClock()
    const call = createTestCall({ clock, llm: createFakeLlm(clock, ['Early answer.', 'Late answer.']) })
    call.session.start()
    await clock.advance(100)
    call.report({ type: 'eager-end-of-turn', text: 'are you open' })
    await clock.advance(400)
    expect(call.carrier.frames).toHaveLength(0)
    call.report({ type: 'end-of-turn', text: finalText })
    await untilSpoken(call)
    return { call, summary: await endCall(call) }
  }

  it('speaks the early answer when the words stayed the same', async () => {
    const { call, summary } = await speculate('Are you open?')
    expect(summary.transcript.at(-1)?.text).toBe('Early answer.')
    expect(call.llm.requests).toHaveLength(1)
    expect(summary.usage.llm).toMatchObject({ requests: 1, speculations: 1, speculationsUsed: 1 })
    expect(summary.turns[0]).toMatchObject({ speculative: true })
  })

  it('drops it when they did not', async () => {
    const { call, summary } = await speculate('Are you open on Sunday?')
    expect(summary.transcript.at(-1)?.text).toBe('Late answer.')
    expect(call.llm.requests[0]?.signal.aborted).toBe(true)
    expect(summary.usage.llm).toMatchObject({ requests: 2, speculations: 1, speculationsUsed: 0 })
  })
})

describe('providers that fail', () => {
  const failure = (provider: string, kind: ProviderError['kind']) =>
    new ProviderError({ provider, kind, message: `${provider} says no` })
  const ended = async (call: TestCall, ms: number): Promise<CallSummary> => {
    await call.clock.advance(ms)
    expect(call.clock.listeners()).toBe(0)
    return call.session.done
  }

  it.each([
    ['rejected', 'key-rejected'],
    ['out-of-credit', 'out-of-credit'],
    ['limited', 'provider-failed'],
  ] as const)('%s from the transcription ends the call as %s', async (kind, reason) => {
    const call = createTestCall()
    call.session.start()
    call.report({ type: 'error', error: failure('fake-stt', kind) })
    expect(call.endings).toEqual([{ reason, error: { provider: 'fake-stt', kind, message: 'fake-stt says no' } }])
    expect(call.stt.streams).toHaveLength(1)
    expect((await ended(call, 300)).error?.provider).toBe('fake-stt')
  })

  it('reconnects the transcription once and replays what was not final', async () => {
    const call = createTestCall()
    call.session.start()
    await call.clock.advance(100)
    call.session.onMedia({ type: 'media', chunk: 1, payload: Buffer.alloc(160, 1) })
    call.report({ type: 'final', text: 'I would like' })
    call.session.onMedia({ type: 'media', chunk: 2, payload: Buffer.alloc(160, 2) })
    call.report({ type: 'error', error: failure('fake-stt', 'closed') })
    expect(call.stt.streams).toHaveLength(2)
    call.session.onMedia({ type: 'media', chunk: 3, payload: Buffer.alloc(160, 3) })
    expect(call.stt.last().audio()).toEqual(Buffer.concat([Buffer.alloc(160, 2), Buffer.alloc(160, 3)]))
    // What the dead stream still says is not heard.
    call.stt.streams[0]?.emit({ type: 'end-of-turn', text: 'ghost' })
    call.report({ type: 'end-of-turn', text: 'a pizza' })
    expect(call.llm.requests[0]?.messages).toEqual([{ role: 'user', content: 'I would like a pizza' }])
    call.report({ type: 'error', error: failure('fake-stt', 'closed') })
    expect((await ended(call, 300)).endedReason).toBe('provider-failed')
  })

  it('gives a transcription that had been well for long another chance', async () => {
    const call = createTestCall()
    call.session.start()
    for (let round = 0; round < 3; round++) {
      await call.clock.advance(10_100)
      call.report({ type: 'speech-started' })
      call.report({ type: 'error', error: failure('fake-stt', 'closed') })
    }
    expect(call.endings).toEqual([])
    expect(call.stt.streams).toHaveLength(4)
    await endCall(call)
  })

  it('gives up a transcription that never opens', async () => {
    const clock = createManualClock()
    const call = createTestCall({ clock, stt: createFakeStt({ clock, openMs: null }) })
    call.session.start()
    await clock.advance(5_100)
    expect(call.stt.streams).toHaveLength(2)
    expect(await ended(call, 5_400)).toMatchObject({
      endedReason: 'provider-failed',
      error: { provider: 'fake-stt', kind: 'timeout' },
    })
  })

  it('speaks anew only what was not spoken when the voice breaks off', async () => {
    const clock = createManualClock()
    const tts = createFakeTts({ clock, failAfterMs: 1_000, failure: failure('fake-tts', 'closed') })
    const call = createTestCall({ clock, tts, agent: { greeting: LONG } })
    call.session.start()
    await untilSpoken(call)
    expect(tts.connections).toHaveLength(2)
    const rest = tts.last().text()
    expect(LONG.endsWith(rest)).toBe(true)
    expect(LONG.length - rest.length).toBeGreaterThan(12)
    const summary = await endCall(call)
    expect(summary.transcript[0]).toMatchObject({ text: LONG })
    expect(summary.transcript[0]).not.toHaveProperty('interrupted')
  })

  it('ends when the voice fails twice', async () => {
    const clock = createManualClock()
    const tts = createFakeTts({ clock, failure: failure('fake-tts', 'failed'), failures: 2 })
    const call = createTestCall({ clock, tts, agent: { greeting: LONG } })
    call.session.start()
    expect(await ended(call, 1_000)).toMatchObject({ endedReason: 'provider-failed', error: { provider: 'fake-tts' } })
  })

  it('ends when the voice says nothing, twice', async () => {
    const clock = createManualClock()
    const call = createTestCall({ clock, tts: createFakeTts({ clock, isMute: true }), agent: { greeting: 'Hello.' } })
    call.session.start()
    await clock.advance(8_100)
    expect(call.tts.connections).toHaveLength(2)
    expect(await ended(call, 8_400)).toMatchObject({
      endedReason: 'provider-failed',
      error: { provider: 'fake-tts', kind: 'timeout' },
    })
  })

  it('opens a voice connection anew that was let go while idle', async () => {
    const call = createTestCall()
    call.session.start()
    await call.clock.advance(100)
    call.tts.connections[0]?.letGo()
    expect(call.endings).toEqual([])
    await call.say('Hello?')
    await untilSpoken(call)
    expect(call.tts.connections).toHaveLength(2)
    expect((await endCall(call)).transcript.at(-1)?.text).toBe('All right.')
  })

  it('speaks anew when the connection closes under an utterance', async () => {
    const call = createTestCall({ agent: { greeting: LONG } })
    call.session.start()
    await call.clock.advance(150)
    call.tts.connections[0]?.letGo()
    await untilSpoken(call)
    expect(call.tts.connections).toHaveLength(2)
    expect((await endCall(call)).transcript[0]).toMatchObject({ text: LONG })
  })

  it.each(['rejected', 'out-of-credit'] as const)('%s from the model ends the call', async (kind) => {
    const clock = createManualClock()
    const call = createTestCall({ clock, llm: createFakeLlm(clock, [{ error: failure('fake-llm', kind) }]) })
    call.session.start()
    await call.say('Hello?')
    const summary = await ended(call, 500)
    expect(summary.endedReason).toBe(kind === 'rejected' ? 'key-rejected' : kind)
    expect(call.llm.requests).toHaveLength(1)
  })

  it('asks a model that failed once more if nothing was spoken', async () => {
    const clock = createManualClock()
    const call = createTestCall({
      clock,
      llm: createFakeLlm(clock, [{ error: failure('fake-llm', 'unreachable') }, 'Here I am.']),
    })
    call.session.start()
    await call.say('Hello?')
    await untilSpoken(call)
    expect((await endCall(call)).transcript.map(({ text }) => text)).toEqual(['Hello?', 'Here I am.'])
  })

  it('ends when the model breaks off in the middle of an answer', async () => {
    const clock = createManualClock()
    const reply = {
      pieces: ['I can tell you one thing. ', 'It'],
      betweenMs: 1_000,
      error: failure('fake-llm', 'closed'),
    }
    const call = createTestCall({ clock, llm: createFakeLlm(clock, [reply]) })
    call.session.start()
    await call.say('Hello?')
    const summary = await ended(call, 3_000)
    expect(summary.endedReason).toBe('provider-failed')
    expect(summary.transcript[1]).toMatchObject({ speaker: 'agent', interrupted: true })
  })

  it.each([
    ['before its first token', []],
    ['between two tokens', ['Well ']],
  ])('ends when the model stalls %s, after one more attempt', async (_name, pieces) => {
    const clock = createManualClock()
    const call = createTestCall({ clock, llm: createFakeLlm(clock, [{ pieces, hangs: true }]) })
    call.session.start()
    await call.say('Hello?')
    await clock.advance(8_300)
    expect(call.llm.requests).toHaveLength(2)
    expect(await ended(call, 8_600)).toMatchObject({
      endedReason: 'provider-failed',
      error: { provider: 'fake-llm', kind: 'timeout' },
    })
  })
})
