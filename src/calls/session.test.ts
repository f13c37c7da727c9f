import { describe, expect, it } from '@jest/globals'
import { transcode } from '../provider-kit/index.ts'
import { createFakeLlm } from './testing/fake-llm.ts'
import { createFakeStt } from './testing/fake-stt.ts'
import { createFakeTts } from './testing/fake-tts.ts'
import { endCall, untilSpoken } from './testing/conversation-steps.ts'
import { createManualClock } from './testing/manual-clock.ts'
import { createTestCall } from './testing/test-call.ts'

const LONG = 'We have three rooms left for that week, and each of them looks onto the garden.'

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

  it("does not count noise under the agent's own words against the transcription", async () => {
    const call = createTestCall({ agent: { greeting: LONG, turns: { silenceTimeoutSeconds: 10 } } })
    call.session.start()
    await call.speak(LONG.length * 50)
    await call.speak(11_000, { isQuiet: true })
    expect(call.endings).toEqual([{ reason: 'silence-timeout' }])
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
    call.report({ type: 'final', text: 'Hold on' })
    const ended = call.session.end('shutdown', { farewell: LONG })
    expect(call.session.end('operator-hangup', { farewell: 'Bye.' })).toBe(ended)
    await call.clock.advance(500)
    call.report({ type: 'final', text: 'but wait' })
    expect(call.endings).toEqual([])
    await call.clock.until(() => call.endings.length > 0, 5_000)
    await call.clock.advance(200)
    const summary = await ended
    expect(summary.endedReason).toBe('shutdown')
    expect(summary.transcript[0]).toMatchObject({ speaker: 'agent', text: LONG })
    expect(summary.transcript[0]).not.toHaveProperty('interrupted')
    expect(summary.transcript[1]?.text).toBe('Hold on but wait')
  })

  it('lets the caller hear what is being said before it ends, and ends at once where nothing is', async () => {
    const call = createTestCall({ agent: { greeting: LONG } })
    call.session.start()
    await call.clock.advance(500)
    const ended = call.session.end('agent-hangup', { afterSpeech: true })
    await call.say('Wait, one more thing.')
    expect(call.endings).toEqual([])
    await call.clock.until(() => call.endings.length > 0, 8_000)
    await call.clock.advance(200)
    const summary = await ended
    expect(summary.endedReason).toBe('agent-hangup')
    expect(summary.transcript[0]).toMatchObject({ speaker: 'agent', text: LONG })
    expect(summary.transcript[0]).not.toHaveProperty('interrupted')
    expect(call.llm.requests).toHaveLength(0)

    const silent = createTestCall()
    silent.session.start()
    await silent.clock.advance(500)
    void silent.session.end('agent-hangup', { afterSpeech: true })
    expect(silent.endings).toMatchObject([{ reason: 'agent-hangup' }])
  })

  it('is silent once it is hushed, until it takes leave, for which it has as long as it is given', async () => {
    const call = createTestCall({ agent: { greeting: LONG }, options: { deadlines: { farewellMs: 300 } } })
    call.session.start()
    await call.clock.advance(800)
    call.session.hush()
    await call.say('You have reached the mailbox of Ada.')
    await call.clock.advance(2_000)
    expect(call.llm.requests).toHaveLength(0)
    const ended = call.session.end('voicemail', { farewell: LONG, withinMs: 20_000 })
    await call.clock.until(() => call.endings.length > 0, 10_000)
    await call.clock.advance(200)
    const { transcript, endedReason } = await ended
    expect(endedReason).toBe('voicemail')
    expect(transcript[0]).toMatchObject({ speaker: 'agent', interrupted: true })
    expect(transcript.find(({ speaker, interrupted }) => speaker === 'agent' && !interrupted)?.text).toBe(LONG)
  })

  it('does not end for the silence that it was told to keep', async () => {
    const call = createTestCall({ agent: { turns: { silenceTimeoutSeconds: 5 } } })
    call.session.start()
    await call.clock.advance(500)
    call.session.hush()
    await call.clock.advance(20_000)
    expect(call.endings).toEqual([])
    void call.session.end('voicemail', { farewell: 'Please call back.', withinMs: 20_000 })
    await call.clock.until(() => call.endings.length > 0, 10_000)
    expect(call.endings).toMatchObject([{ reason: 'voicemail' }])
  })

  it('answers nothing any more once it takes leave, and still writes it down', async () => {
    const call = createTestCall({ agent: { greeting: LONG, turns: { bargeIn: false } } })
    call.session.start()
    await call.clock.advance(500)
    await call.say('One thing.')
    call.report({ type: 'final', text: 'Another' })
    const ended = call.session.end('shutdown', { farewell: LONG })
    await call.clock.until(() => call.endings.length > 0)
    await call.clock.advance(200)
    expect(call.llm.requests).toHaveLength(0)
    expect((await ended).transcript.at(-1)?.text).toBe('One thing. Another')
  })

  it('gives the recording each side at its time, a lost frame included', async () => {
    const caller: number[] = []
    const agent: number[] = []
    const recorder = {
      caller: (_payload: Uint8Array, atMs: number) => caller.push(atMs),
      agent: (_payload: Uint8Array, atMs: number) => agent.push(atMs),
      close: async () => undefined,
    }
    const call = createTestCall({ agent: { greeting: 'Hi.' }, options: { recorder } })
    call.session.start()
    for (const chunk of [1, 2, 5, 6, 7]) {
      call.session.onMedia({ type: 'media', chunk, payload: Buffer.alloc(160) })
    }
    expect(caller).toEqual([0, 20, 80, 100, 120])
    await call.clock.advance(1_000)
    call.session.onMedia({ type: 'media', chunk: 8, payload: Buffer.alloc(160) })
    expect(caller.at(-1)).toBe(1_000)
    expect(agent).toEqual([100, 120, 140, 160, 180, 200, 220, 240])
    await endCall(call)
  })

  it('drops a provider that does not close when asked', async () => {
    const clock = createManualClock()
    const call = createTestCall({ clock, stt: createFakeStt({ clock, isStubborn: true }) })
    call.session.start()
    const before = clock.now()
    await endCall(call)
    expect(clock.now() - before).toBeLessThan(4_000)
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
