import { afterEach, describe, expect, it } from '@jest/globals'
import { createSimulatorServer } from '../../simulators/kit/index.ts'
import { createOpenStreams } from '../../simulators/kit/testing/open-streams.ts'
import { createCartesiaSimulator } from '../../simulators/cartesia/index.ts'
import type { CartesiaSimulatorOptions } from '../../simulators/cartesia/index.ts'
import { BURST_MS, toSpeakable } from '../../simulators/tone-speech/index.ts'
import { createVoiceStage, heardOf, wordsOf } from '../../simulators/tone-speech/testing/voice-stage.ts'
import type { AudioEncoding } from '../../src/provider-kit/index.ts'
import { createCartesiaTts } from './tts.ts'

const KEY = 'sk_car_5ec4e7'
const TEXT = 'Good morning. Your table for 2 is ready, whenever you are.'

const stage = createVoiceStage({
  tts: createCartesiaTts({ quietMs: 40 }),
  apiKey: KEY,
  create: (options: Partial<CartesiaSimulatorOptions>) => createCartesiaSimulator({ keys: { [KEY]: {} }, ...options }),
})
const streams = createOpenStreams()
afterEach(stage.stop)

describe('speaking with Cartesia', () => {
  it.each<[AudioEncoding, string]>([
    ['mulaw', 'pcm_mulaw'],
    ['alaw', 'pcm_alaw'],
  ])('should speak a text that is written clause by clause in %s', async (encoding, format) => {
    const simulator = await stage.start({ latencies: { firstAudioMs: 5, realTimeFactor: 0.01 } })
    const { log, speak } = stage.connect({ encoding })
    await log.until('open')
    const { log: spoken, ...utterance } = speak()
    utterance.write('Good morning. ')
    utterance.write('Your table for 2 is ready, whenever you are.')
    utterance.finish()
    await spoken.until('done')
    expect(heardOf(spoken.events, encoding)).toBe(toSpeakable(TEXT))
    expect(log.types()).toEqual(['open'])
    expect(simulator.requests()).toEqual(['GET /tts/websocket?cartesia_version=2026-03-01'])
    expect(simulator.connections[0]?.messages).toEqual([
      ...['Good morning. ', 'Your table for 2 is ready, ', 'whenever you are. '].map((transcript) => ({
        context_id: 'utterance-1.1',
        model_id: 'sonic-3.5',
        transcript,
        continue: true,
        voice: { mode: 'id', id: 'f786b574-daa5-4673-aa0c-cbe3e8534c02' },
        output_format: { container: 'raw', encoding: format, sample_rate: 8000 },
        add_timestamps: true,
        use_normalized_timestamps: false,
        max_buffer_delay_ms: 0,
      })),
      expect.objectContaining({ context_id: 'utterance-1.1', transcript: '', continue: false }),
    ])
  })

  it('should give every word its place in the audio', async () => {
    await stage.start({ latencies: { realTimeFactor: 0.01 } })
    const log = stage.connect().say(TEXT)
    await log.until('done')
    const words = wordsOf(log.events)
    expect(words.map(({ text }) => text)).toEqual(TEXT.split(' '))
    let position = 0
    for (const word of words) {
      expect(word).toEqual({
        text: word.text,
        startMs: position * BURST_MS,
        endMs: (position + word.text.length) * BURST_MS,
      })
      position += word.text.length + 1
    }
  })

  it('should say the first clause while the rest is still being written', async () => {
    const simulator = await stage.start({ latencies: { realTimeFactor: 0.01 } })
    const { log, ...utterance } = stage.connect().speak()
    for (const token of ['Good', ' morning', '. ', 'Your', ' table']) utterance.write(token)
    await log.until('audio', 2)
    expect(simulator.texts()).toEqual(['Good morning. '])
    utterance.write(' is ready.')
    utterance.finish()
    await log.until('done')
    expect(heardOf(log.events)).toBe('good morning. your table is ready.')
  })

  it('should go on in a new context after a pause in which the first one expired', async () => {
    const simulator = await stage.start({ expiryMs: 60 })
    const { log, ...utterance } = stage.connect().speak()
    utterance.write('Let me look. ')
    await log.until('audio', 2)
    const expired = 'let me look. '.length * BURST_MS
    await new Promise((resolve) => setTimeout(resolve, 100))
    utterance.write('There it is.')
    utterance.finish()
    await log.until('done')
    expect(heardOf(log.events)).toBe('let me look. there it is.')
    const contexts = simulator.connections[0]?.messages.map(({ context_id: id }) => id)
    expect(new Set(contexts)).toEqual(new Set(['utterance-1.1', 'utterance-1.2']))
    expect(wordsOf(log.events).find(({ text }) => text === 'There')?.startMs).toBe(expired)
  })

  it('should be done when the end comes after the context expired', async () => {
    const simulator = await stage.start({ expiryMs: 60 })
    const { log, ...utterance } = stage.connect().speak()
    utterance.write('Let me look. ')
    await log.until('audio', 2)
    await new Promise((resolve) => setTimeout(resolve, 100))
    utterance.finish()
    await log.until('done')
    expect(log.types()).not.toContain('error')
    expect(heardOf(log.events)).toBe('let me look.')
    expect(simulator.connections).toHaveLength(1)
  })

  it('should speak one utterance after another over one connection, and count their characters', async () => {
    const simulator = await stage.start({})
    const { connection, log, say } = stage.connect()
    for (const text of ['One.', 'Two.', 'Three.']) {
      const spoken = say(text)
      await spoken.until('done')
      expect(heardOf(spoken.events)).toBe(text.toLowerCase())
    }
    connection.close()
    await log.until('closed')
    expect(log.events.slice(1)).toEqual([{ type: 'closed', characters: 'One. Two. Three. '.length }])
    expect(simulator.connections).toHaveLength(1)
    expect(await simulator.connections[0]?.closed).toBe(1000)
  })

  it('should keep two utterances that overlap apart', async () => {
    await stage.start({ latencies: { realTimeFactor: 0.02 } })
    const { say } = stage.connect()
    const [first, second] = [say('The first one.'), say('And the second one.')]
    await Promise.all([first.until('done'), second.until('done')])
    expect(heardOf(first.events)).toBe('the first one.')
    expect(heardOf(second.events)).toBe('and the second one.')
  })

  it('should be done at once when there is nothing to say', async () => {
    const simulator = await stage.start({})
    const { log: connectionLog, say } = stage.connect()
    await connectionLog.until('open')
    const log = say(' … ')
    await log.until('done')
    expect(log.types()).toEqual(['done'])
    expect(simulator.connections[0]?.messages).toEqual([])
  })

  it('should send the language as Cartesia names it, and only warn of one that it does not speak', async () => {
    const simulator = await stage.start({})
    for (const language of ['de-AT', 'nb-NO', 'cy-GB']) {
      const { log, say } = stage.connect({ language })
      await say('Yes.').until('done')
      expect(log.types()).toEqual(language === 'cy-GB' ? ['open', 'warning'] : ['open'])
    }
    const sent = simulator.connections.map(({ messages }) => (messages[0] as { language?: string }).language)
    expect(sent).toEqual(['de', 'no', undefined])
  })
})

describe('interrupting Cartesia', () => {
  it('should deliver nothing of a cancelled utterance, though what sounds is generated to its end', async () => {
    const simulator = await stage.start({ latencies: { realTimeFactor: 0.1 } })
    const { speak, say } = stage.connect()
    const { log, ...utterance } = speak()
    utterance.write('This sentence is long enough to be interrupted. ')
    await log.until('audio')
    utterance.cancel()
    const count = log.events.length
    const next = say('I am listening.')
    await next.until('done')
    expect(log.events).toHaveLength(count)
    expect(heardOf(next.events)).toBe('i am listening.')
    expect(simulator.connections[0]?.messages).toContainEqual({ context_id: 'utterance-1.1', cancel: true })
  })

  it('should send nothing for an utterance that was cancelled before its first clause', async () => {
    const simulator = await stage.start({})
    const { log, speak, say } = stage.connect()
    await log.until('open')
    const utterance = speak()
    utterance.write('Hel')
    utterance.cancel()
    utterance.write('lo there. ')
    utterance.finish()
    await say('Yes.').until('done')
    expect(simulator.texts()).toEqual(['Yes. '])
    expect(utterance.log.events).toEqual([])
  })

  it('should hear in order what a context still owes when the text goes on in another', async () => {
    const server = await createSimulatorServer({
      onRequest: () => ({ status: 404 }),
      onUpgrade: () => ({
        accept(socket) {
          let inputs = 0
          const tell = (context: string, fields: object) =>
            socket.send(JSON.stringify({ context_id: `utterance-1.${context}`, done: false, ...fields }))
          const speak = (context: string, byte: number) => {
            tell(context, { type: 'chunk', data: Buffer.alloc(80, byte).toString('base64') })
            tell(context, { type: 'timestamps', word_timestamps: { words: [`${byte}`], start: [0], end: [0.01] } })
          }
          socket.on('message', (data: Buffer) => {
            const { continue: goesOn } = JSON.parse(data.toString('utf8')) as { continue: boolean }
            if (!goesOn) return tell('2', { type: 'done', done: true })
            inputs++
            if (inputs === 2) speak('1', 1)
            if (inputs !== 3) return
            speak('1', 2)
            speak('2', 3)
            speak('1', 4)
          })
        },
      }),
    })
    const connection = streams.speakWith(createCartesiaTts({ quietMs: 20 }), {
      credentials: { apiKey: KEY },
      origins: { api: server.origin },
    })
    await connection.log.until('open')
    const { write, finish, log, events } = connection.speak()
    write('One. ')
    write('Two. ')
    await log.until('words')
    await new Promise((resolve) => setTimeout(resolve, 40))
    write('Three. ')
    await log.until('words', 3)
    finish()
    await log.until('done')
    expect(events.flatMap((event) => (event.type === 'audio' ? [event.audio[0]] : []))).toEqual([1, 2, 3])
    const words = events.flatMap((event) => (event.type === 'words' ? event.words : []))
    expect(words.map(({ text, startMs }) => [text, startMs])).toEqual([
      ['1', 0],
      ['2', 0],
      ['3', 20],
    ])
    await streams.closeAll()
    await server.close()
  })
})
