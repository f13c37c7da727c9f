import { describe, expect, it } from '@jest/globals'
import { ProviderError } from '../provider-kit/index.ts'
import { createFakeLlm } from './testing/fake-llm.ts'
import { createFakeStt } from './testing/fake-stt.ts'
import { createFakeTts } from './testing/fake-tts.ts'
import { endCall, untilSpoken } from './testing/conversation-steps.ts'
import { createManualClock } from './testing/manual-clock.ts'
import type { TestCall } from './testing/test-call.ts'
import { createTestCall } from './testing/test-call.ts'
import type { CallSummary } from './types.ts'

const LONG = 'We have three rooms left for that week, and each of them looks onto the garden.'

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

  it('ignores what a voice sends after its end', async () => {
    const call = createTestCall({ agent: { greeting: 'Hello.' } })
    call.session.start()
    await call.clock.until(() => call.carrier.frames.length >= 15)
    await call.clock.until(call.carrier.isSilent)
    const { length } = call.carrier.frames
    call.tts.last().emit({ type: 'audio', audio: Buffer.alloc(1_600, 77) })
    call.tts.last().emit({ type: 'done' })
    await call.clock.advance(100)
    expect(call.carrier.frames).toHaveLength(length)
    await endCall(call)
  })

  it('gives a voice that recovered another chance', async () => {
    const clock = createManualClock()
    const call = createTestCall({ clock, llm: createFakeLlm(clock, [LONG]) })
    call.session.start()
    for (let turn = 0; turn < 3; turn++) {
      await call.say('And?')
      await clock.advance(400)
      call.tts.connections.at(-1)?.letGo()
      await untilSpoken(call)
    }
    expect(call.endings).toEqual([])
    expect(call.tts.connections).toHaveLength(4)
    await endCall(call)
  })

  it('keeps the reason of a farewell whose voice fails', async () => {
    const call = createTestCall()
    call.session.start()
    const done = call.session.end('shutdown', { farewell: 'Goodbye.' })
    await call.clock.advance(50)
    call.tts.connections[0]?.emit({ type: 'error', error: failure('fake-tts', 'rejected') })
    await call.clock.advance(300)
    expect(await done).toMatchObject({ endedReason: 'shutdown', error: { provider: 'fake-tts', kind: 'rejected' } })
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
