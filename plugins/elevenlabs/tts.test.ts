import { afterEach, describe, expect, it } from '@jest/globals'
import { createElevenLabsSimulator } from '../../simulators/elevenlabs/index.ts'
import type { ElevenLabsSimulatorOptions } from '../../simulators/elevenlabs/index.ts'
import { createVoiceStage, heardOf, wordsOf } from '../../simulators/tone-speech/testing/voice-stage.ts'
import { BURST_MS, toSpeakable } from '../../simulators/tone-speech/index.ts'
import type { AudioEncoding } from '../../src/provider-kit/index.ts'
import { tts } from './tts.ts'

const KEY = `sk_${'5ec4e7'.repeat(8)}`
const TEXT = 'Good morning. Your table for 2 is ready, whenever you are.'

const stage = createVoiceStage({
  tts,
  apiKey: KEY,
  create: (options: Partial<ElevenLabsSimulatorOptions>) =>
    createElevenLabsSimulator({ keys: { [KEY]: {} }, ...options }),
})
afterEach(stage.stop)

describe('speaking with ElevenLabs', () => {
  it.each<[AudioEncoding, string]>([
    ['mulaw', 'ulaw_8000'],
    ['alaw', 'alaw_8000'],
  ])('should speak a text that is written clause by clause in %s', async (encoding, format) => {
    const simulator = await stage.start({ latencies: { firstAudioMs: 5, realTimeFactor: 0.01 } })
    const { log, speak } = stage.connect({ encoding })
    const { log: spoken, ...utterance } = speak()
    utterance.write('Good morning. ')
    utterance.write('Your table for 2 is ready, whenever you are.')
    utterance.finish()
    await spoken.until('done')
    expect(heardOf(spoken.events, encoding)).toBe(toSpeakable(TEXT))
    expect(log.types()).toEqual(['open'])
    expect(simulator.connections[0]?.query).toMatchObject({
      output_format: format,
      auto_mode: 'true',
      inactivity_timeout: '180',
    })
    expect([...simulator.seenKeys]).toEqual([KEY])
  })

  it.each([false, true])(
    'should give every word its place in the audio (variant names: %s)',
    async (usesVariantNames) => {
      await stage.start({ usesVariantNames, latencies: { realTimeFactor: 0.01 } })
      const { speak } = stage.connect()
      const { log, ...utterance } = speak()
      utterance.write('Good morning. ')
      utterance.write('Your table for 2 is ready, whenever you are.')
      utterance.finish()
      await log.until('done')
      const words = wordsOf(log.events)
      expect(words.map(({ text }) => text)).toEqual(TEXT.split(' '))
      let position = 0
      for (const word of words) {
        expect(word.startMs).toBe(position * BURST_MS)
        expect(word.endMs).toBe((position + word.text.length) * BURST_MS)
        position += word.text.length + 1
      }
    },
  )

  it('should say the first clause while the rest is still being written', async () => {
    const simulator = await stage.start({ latencies: { realTimeFactor: 0.01 } })
    const { speak } = stage.connect()
    const { log, ...utterance } = speak()
    for (const token of ['Good', ' morning', '.', ' Your', ' table']) utterance.write(token)
    await log.until('audio', 2)
    expect(simulator.texts()).toEqual(['Good morning. '])
    utterance.write(' is ready.')
    utterance.finish()
    await log.until('done')
    expect(heardOf(log.events)).toBe('good morning. your table is ready.')
  })

  it('should speak one utterance after another over one connection', async () => {
    const simulator = await stage.start({})
    const { connection, log, speak } = stage.connect()
    for (const text of ['One. ', 'Two. ', 'Three. ', 'Four. ', 'Five. ', 'Six. ', 'Seven. ']) {
      const { log: spoken, ...utterance } = speak()
      utterance.write(text)
      utterance.finish()
      await spoken.until('done')
      expect(heardOf(spoken.events)).toBe(text.trim().toLowerCase())
    }
    expect(simulator.connections).toHaveLength(1)
    connection.close()
    await log.until('closed')
    expect(log.types()).toEqual(['open', 'closed'])
    expect(log.events.at(-1)).toEqual({
      type: 'closed',
      characters: 'One. Two. Three. Four. Five. Six. Seven. '.length,
    })
    expect(await simulator.connections[0]?.closed).toBe(1000)
    expect(simulator.connections[0]?.messages.at(-1)).toEqual({ close_socket: true })
  })

  it('should keep two utterances that overlap apart', async () => {
    await stage.start({ latencies: { realTimeFactor: 0.02 } })
    const { speak } = stage.connect()
    const [first, second] = [speak(), speak()]
    first.write('The first one. ')
    second.write('And the second one. ')
    first.finish()
    second.finish()
    await Promise.all([first.log.until('done'), second.log.until('done')])
    expect(heardOf(first.log.events)).toBe('the first one.')
    expect(heardOf(second.log.events)).toBe('and the second one.')
  })

  it('should be done at once when there is nothing to say', async () => {
    const simulator = await stage.start({})
    const { log: connectionLog, speak } = stage.connect()
    await connectionLog.until('open')
    const { log, ...utterance } = speak()
    utterance.write(' … ')
    utterance.finish()
    await log.until('done')
    expect(log.types()).toEqual(['done'])
    expect(simulator.connections[0]?.messages).toEqual([])
  })

  it('should send the language only to models that take it', async () => {
    const simulator = await stage.start({})
    await stage.connect({ language: 'de-AT' }).log.until('open')
    await stage.connect({ language: 'de-AT', model: 'eleven_multilingual_v2' }).log.until('open')
    expect(simulator.connections.map(({ query }) => query.language_code)).toEqual(['de', undefined])
  })

  it('should speak also where a close overtakes text that has not begun to sound', async () => {
    const simulator = await stage.start({ latencies: { firstAudioMs: 20, realTimeFactor: 0.02 } })
    simulator.setFault('close-overtakes-text')
    const { speak } = stage.connect()
    const { log, ...utterance } = speak()
    utterance.write('Good morning. ')
    utterance.write('Your table for 2 is ready, ')
    utterance.write('whenever you are.')
    utterance.finish()
    await log.until('done')
    expect(heardOf(log.events)).toBe(toSpeakable(TEXT))
  })
})

describe('interrupting ElevenLabs', () => {
  it('should deliver nothing of a cancelled utterance and close its context', async () => {
    const simulator = await stage.start({ latencies: { realTimeFactor: 0.1 } })
    const { speak } = stage.connect()
    const { log, ...utterance } = speak()
    utterance.write('This sentence is long enough to be interrupted in the middle of it. ')
    await log.until('audio')
    utterance.cancel()
    const count = log.events.length
    const next = speak()
    next.write('I am listening. ')
    next.finish()
    await next.log.until('done')
    expect(log.events).toHaveLength(count)
    expect(heardOf(next.log.events)).toBe('i am listening.')
    expect(simulator.connections[0]?.messages).toContainEqual({ context_id: 'utterance-1', close_context: true })
  })

  it('should never have more than five contexts open, however often it is interrupted', async () => {
    const simulator = await stage.start({ latencies: { firstAudioMs: 30, realTimeFactor: 0.05 } })
    const { log: connectionLog, speak } = stage.connect()
    await connectionLog.until('open')
    for (let round = 0; round < 12; round++) {
      const { log, ...utterance } = speak()
      utterance.write('Something that is cut short, again and again. ')
      utterance.cancel()
      expect(log.events).toEqual([])
    }
    const { log, ...last } = speak()
    last.write('Now I may speak. ')
    last.finish()
    await log.until('done')
    expect(heardOf(log.events)).toBe('now i may speak.')
    expect(connectionLog.types()).toEqual(['open'])
    expect(simulator.connections).toHaveLength(1)
  })

  it('should send nothing for an utterance that was cancelled before its first phrase', async () => {
    const simulator = await stage.start({})
    const { log, speak } = stage.connect()
    await log.until('open')
    const utterance = speak()
    utterance.write('Hel')
    utterance.cancel()
    utterance.write('lo there. ')
    utterance.finish()
    const next = speak()
    next.write('Yes. ')
    next.finish()
    await next.log.until('done')
    expect(simulator.texts()).toEqual(['Yes. '])
    expect(utterance.log.events).toEqual([])
  })
})
