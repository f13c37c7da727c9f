import { describe, expect, it } from '@jest/globals'
import { ProviderError } from '../provider-kit/index.ts'
import { createFakeCarrier } from './testing/fake-carrier.ts'
import { createFakeLlm } from './testing/fake-llm.ts'
import { endCall, untilSpoken } from './testing/conversation-steps.ts'
import { createManualClock } from './testing/manual-clock.ts'
import { createTestCall } from './testing/test-call.ts'

const LONG = 'We have three rooms left for that week, and each of them looks onto the garden.'

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
    expect(dropped.isCancelled()).toBe(true)
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

  it('holds an answer back that is due while the caller makes a noise, and speaks it when nothing comes of it', async () => {
    const clock = createManualClock()
    const call = createTestCall({ clock, llm: createFakeLlm(clock, ['Gladly.']) })
    call.session.start()
    await call.say('Could you?')
    await clock.advance(50)
    call.report({ type: 'speech-started' })
    await clock.advance(780)
    expect(call.carrier.frames).toHaveLength(0)
    await untilSpoken(call)
    const summary = await endCall(call)
    expect(summary.transcript.at(-1)?.text).toBe('Gladly.')
    expect(summary.turns[0]?.engineMs).toBe(0)
    expect(call.carrier.clears).toBe(0)
  })

  it('holds the second attempt back too when the model fails meanwhile', async () => {
    const clock = createManualClock()
    const error = new ProviderError({ provider: 'fake-llm', kind: 'unreachable', message: 'no connection' })
    const call = createTestCall({ clock, llm: createFakeLlm(clock, [{ error }, 'Gladly.']) })
    call.session.start()
    await call.say('Could you?')
    call.report({ type: 'speech-started' })
    await clock.advance(790)
    expect(call.llm.requests).toHaveLength(2)
    expect(call.carrier.frames).toHaveLength(0)
    await untilSpoken(call)
    expect((await endCall(call)).transcript.at(-1)?.text).toBe('Gladly.')
  })

  it('answers the former question when what interrupted it came to nothing', async () => {
    const clock = createManualClock()
    const call = createTestCall({ clock, llm: createFakeLlm(clock, ['First try.', 'Second try.']) })
    call.session.start()
    await call.say('Could you?')
    call.report({ type: 'interim', text: 'and' })
    call.report({ type: 'interim', text: '' })
    await clock.advance(7_000)
    await untilSpoken(call)
    const summary = await endCall(call)
    expect(summary.transcript.map(({ text }) => text)).toEqual(['Could you?', 'Second try.'])
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
    expect(summary.turns[0]).toMatchObject({ speculative: true, firstTokenMs: 200, finalTranscriptMs: 500 })
  })

  it('drops it when they did not', async () => {
    const { call, summary } = await speculate('Are you open on Sunday?')
    expect(summary.transcript.at(-1)?.text).toBe('Late answer.')
    expect(call.llm.requests[0]?.signal.aborted).toBe(true)
    expect(summary.usage.llm).toMatchObject({ requests: 2, speculations: 1, speculationsUsed: 0 })
  })
})
