import { afterEach, describe, expect, it } from '@jest/globals'
import { toSpeakable } from '../../simulators/tone-speech/index.ts'
import { createTtsHarness, heardOf, KEY, QUICK } from './testing/tts-harness.ts'

const TEXT = 'Good morning. Your table for 2 is ready, whenever you are.'

const { simulate, connect, closeAll } = createTtsHarness()
afterEach(closeAll)

describe('tts.open', () => {
  it.each(['mulaw', 'alaw'] as const)('speaks a text that is written clause by clause in %s', async (encoding) => {
    const simulator = await simulate()
    const { log, speak } = connect(simulator.origin, { encoding })
    const utterance = speak()
    utterance.write('Good morning. ')
    utterance.write('Your table for 2 is ready, ')
    utterance.write('whenever you are.')
    utterance.finish()
    await utterance.log.until('done')
    expect(heardOf(utterance.log.events, encoding)).toBe(toSpeakable(TEXT))
    expect(new Set(utterance.log.types())).toEqual(new Set(['audio', 'done']))
    expect(log.events).toEqual([{ type: 'open', requestId: simulator.speakSessions[0]?.id }])
    expect(simulator.speakSessions[0]?.query).toEqual({ model: 'aura-2-thalia-en', encoding, sample_rate: '8000' })
    expect(`${simulator.requests[0]?.path} ${simulator.requests[0]?.query}`).not.toContain(KEY)
  })

  it('says the first sentence while the rest is still being written', async () => {
    const simulator = await simulate()
    const { log, speak } = connect(simulator.origin)
    await log.until('open')
    const utterance = speak()
    for (const token of ['Good', ' morning', '.', ' Your', ' table']) utterance.write(token)
    await utterance.log.until('audio', 2)
    expect(heardOf(utterance.log.events)).toBe('good morning.')
    utterance.write(' is ready.')
    utterance.finish()
    await utterance.log.until('done')
    expect(heardOf(utterance.log.events)).toBe('good morning. your table is ready.')
    expect(simulator.speakSessions[0]?.flushes).toBe(2)
  })

  it('spends one flush on what is a single sentence', async () => {
    const simulator = await simulate()
    await connect(simulator.origin).say('Good morning.').until('done')
    const types = simulator.speakSessions[0]?.messages.map(({ type }) => type)
    expect(types).toEqual(['Speak', 'Flush'])
  })

  it('speaks one utterance after another, also when they are given at once, and closes with Close', async () => {
    const simulator = await simulate()
    const { connection, log, say } = connect(simulator.origin)
    const texts = ['One. ', 'Two. ', 'Three. ', 'Four. ', 'Five. ']
    const logs = texts.map(say)
    await logs.at(-1)?.until('done')
    expect(logs.map(({ events }) => heardOf(events))).toEqual(texts.map((text) => text.trim().toLowerCase()))
    connection.close()
    await log.until('closed')
    expect(log.types()).toEqual(['open', 'closed'])
    expect(log.events.at(-1)).toEqual({ type: 'closed', characters: texts.join('').length })
    expect(simulator.speakSessions).toHaveLength(1)
    expect(simulator.speakSessions[0]?.messages.at(-1)).toEqual({ type: 'Close' })
    expect(simulator.speakSessions[0]?.closeCode).toBe(1000)
  })

  it('keeps an utterance back until the one before it was finished', async () => {
    const simulator = await simulate()
    const { speak, say } = connect(simulator.origin)
    const first = speak()
    first.write('The first one, ')
    const second = say('And the second one.')
    first.write('which takes its time.')
    first.finish()
    await second.until('done')
    expect(heardOf(first.log.events)).toBe('the first one, which takes its time.')
    expect(heardOf(second.events)).toBe('and the second one.')
  })

  it('is done at once when there is nothing to say', async () => {
    const simulator = await simulate()
    const { log, say } = connect(simulator.origin)
    const early = say(' … ')
    await early.until('done')
    await log.until('open')
    const late = say('…')
    await late.until('done')
    expect([early.types(), late.types()]).toEqual([['done'], ['done']])
    await say('Yes.').until('done')
    expect(simulator.speakSessions[0]?.texts).toEqual(['Yes.'])
  })

  it('cuts a text that is longer than Deepgram takes at a blank', async () => {
    const simulator = await simulate()
    const text = `${'word '.repeat(420)}end.`
    const log = connect(simulator.origin).say(text)
    await log.until('done')
    expect(heardOf(log.events)).toBe(text)
    expect(simulator.speakSessions[0]?.texts.map(({ length }) => length)).toEqual([2000, 104])
  })

  it.each([
    [{}, 'aura-2-thalia-en'],
    [{ voice: 'aura-asteria-en' }, 'aura-asteria-en'],
    [{ model: 'aura-2-draco-en', language: 'en-GB' }, 'aura-2-draco-en'],
    [{ model: 'aura-2', language: 'de-AT' }, 'aura-2-viktoria-de'],
    [{ language: 'multi' }, 'aura-2-thalia-en'],
  ])('given %j speaks with %s', async (options, voice) => {
    const simulator = await simulate()
    const { log } = connect(simulator.origin, options)
    await log.until('open')
    expect(simulator.speakSessions[0]?.query.model).toBe(voice)
    expect(log.types()).toEqual(['open'])
  })

  it.each([
    [{ language: 'fi' }, 'no voice that speaks fi'],
    [{ voice: 'aura-2-draco-en', language: 'de' }, 'aura-2-draco-en speaks en, not de'],
  ])('warns of what the voice lacks instead of failing: %j', async (options, part) => {
    const { log, say } = connect((await simulate()).origin, options)
    await say('Good morning.').until('done')
    expect(log.events.slice(1)).toEqual([{ type: 'warning', message: expect.stringContaining(part) }])
  })
})

describe('interrupting Deepgram', () => {
  it('delivers nothing of what was cancelled, and keeps it out of what is said next', async () => {
    const simulator = await simulate({ latencies: { ...QUICK, realTimeFactor: 0.1, clearedMs: 30 } })
    const { log: connectionLog, speak, say } = connect(simulator.origin)
    const utterance = speak()
    utterance.write('This sentence is long enough to be interrupted in the middle of it.')
    utterance.finish()
    await utterance.log.until('audio')
    utterance.cancel()
    const count = utterance.log.events.length
    const bytes = simulator.speakSessions[0]?.audioBytes ?? 0
    const next = say('I am listening.')
    await next.until('done')
    expect(utterance.log.events).toHaveLength(count)
    expect(heardOf(next.events)).toBe('i am listening.')
    expect(simulator.speakSessions[0]?.messages.map(({ type }) => type)).toEqual([
      'Speak',
      'Flush',
      'Clear',
      'Speak',
      'Flush',
    ])
    // A frame of the cancelled sentence did arrive after the Clear.
    expect(simulator.speakSessions[0]?.audioBytes).toBeGreaterThan(bytes + 'i am listening.'.length * 440)
    expect(connectionLog.types()).toEqual(['open'])
  })

  it('speaks after being cut short again and again', async () => {
    const simulator = await simulate({ latencies: { ...QUICK, firstAudioMs: 5 } })
    const { log, speak, say } = connect(simulator.origin)
    await log.until('open')
    for (let round = 0; round < 30; round++) {
      const utterance = speak()
      utterance.write('Something that is cut short')
      if (round % 2) utterance.finish()
      utterance.cancel()
      expect(utterance.log.events).toEqual([])
    }
    const last = say('Now I may speak.')
    await last.until('done')
    expect(heardOf(last.events)).toBe('now i may speak.')
    expect(log.types()).toEqual(['open'])
  })

  it('sends nothing for what was cancelled before a word of it, nor for what waited', async () => {
    const simulator = await simulate()
    const { log, speak, say } = connect(simulator.origin)
    await log.until('open')
    const first = speak()
    const second = say('Never said.')
    const third = speak()
    third.write('Nor this.')
    third.cancel()
    first.write(' – ')
    first.cancel()
    first.write('lo there.')
    await second.until('done')
    expect(simulator.speakSessions[0]?.texts).toEqual(['Never said.'])
    expect([first.log.events, third.log.events]).toEqual([[], []])
    expect(simulator.speakSessions[0]?.clears).toBe(0)
  })

  it('takes the answer to an old flush for no end of what is said next', async () => {
    const simulator = await simulate({
      latencies: { ...QUICK, firstAudioMs: 10 },
      faults: { '*': { kind: 'answer-cleared-flushes' } },
    })
    const { log, speak, say } = connect(simulator.origin)
    await log.until('open')
    const cancelled = speak()
    cancelled.write('Cancelled as soon as it was flushed.')
    cancelled.finish()
    cancelled.cancel()
    const next = say('Still whole.')
    await next.until('done')
    expect(heardOf(next.events)).toBe('still whole.')
  })
})

describe('the limits of Deepgram', () => {
  it('goes on over another connection once 20 flushes of a minute are used up', async () => {
    const simulator = await simulate()
    const { connection, log, say } = connect(simulator.origin)
    for (let round = 0; round < 45; round++) {
      const spoken = say('Yes.')
      await spoken.until('done')
      expect(heardOf(spoken.events)).toBe('yes.')
    }
    expect(simulator.speakSessions.map(({ flushes }) => flushes)).toEqual([20, 20, 5])
    connection.close()
    await log.until('closed')
    expect(log.types()).toEqual(['open', 'closed'])
    expect(simulator.speakSessions.map(({ isOpen }) => isOpen)).toEqual([false, false, false])
  })

  it('keeps flushes for the ends of utterances when they run low', async () => {
    const simulator = await simulate()
    const { say } = connect(simulator.origin)
    for (let round = 0; round < 14; round++) await say('First sentence. And then a second').until('done')
    // Two at a time would be 28.
    expect(simulator.speakSessions.map(({ flushes }) => flushes)).toEqual([14])
  })

  it('gives an utterance up as rate-limited when its flush is refused, and speaks the next over another connection', async () => {
    const simulator = await simulate({ faults: { '*': { kind: 'refuse-flush' } } })
    const { log, say } = connect(simulator.origin)
    const refused = say('Not spoken.')
    await refused.until('error')
    expect(refused.events).toEqual([{ type: 'error', error: expect.objectContaining({ kind: 'rate-limited' }) }])
    expect(log.events.slice(1)).toEqual([{ type: 'warning', message: 'Deepgram warns: FLUSH_LIMIT_EXCEEDED.' }])
    simulator.setFault(undefined)
    const next = say('Spoken.')
    await next.until('done')
    expect(heardOf(next.events)).toBe('spoken.')
    expect(simulator.speakSessions).toHaveLength(2)
  })

  it('replaces a connection that never confirms a Clear', async () => {
    const simulator = await simulate({ faults: { '*': { kind: 'withhold-cleared' } } })
    const { log, speak, say } = connect(simulator.origin)
    await log.until('open')
    const cancelled = speak()
    cancelled.write('Cancelled.')
    cancelled.cancel()
    const next = say('Spoken.')
    await next.until('done')
    expect(heardOf(next.events)).toBe('spoken.')
    expect(simulator.speakSessions).toHaveLength(2)
    expect(log.types()).toEqual(['open'])
  })
})
