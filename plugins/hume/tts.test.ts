import { afterEach, describe, expect, it } from '@jest/globals'
import { createHumeSimulator } from '../../simulators/hume/index.ts'
import type { HumeFault, HumeSimulatorOptions } from '../../simulators/hume/index.ts'
import { BURST_MS, toSpeakable } from '../../simulators/tone-speech/index.ts'
import { audioOf, createVoiceStage, heardOf, wordsOf } from '../../simulators/tone-speech/testing/voice-stage.ts'
import type {
  AudioEncoding,
  ProviderError,
  ProviderErrorKind,
  TtsConnectionEvent,
  TtsEvent,
} from '../../src/provider-kit/index.ts'
import { createHumeTts } from './tts.ts'

const KEY = '5ec4e7key'
const KEYS = { [KEY]: { customVoices: ['v1'] }, poor: { credits: 10 } }
const TEXT = 'Good morning. Your table for 2 is ready, whenever you are.'

const create = (options: Partial<HumeSimulatorOptions>) => createHumeSimulator({ keys: KEYS, ...options })
const stage = createVoiceStage({ tts: createHumeTts({ quietMs: 300 }), apiKey: KEY, create })
const impatient = createVoiceStage({ tts: createHumeTts({ audioDeadlineMs: 400 }), apiKey: KEY, create })
afterEach(async () => {
  await stage.stop()
  await impatient.stop()
})

const errorOf = (events: readonly (TtsEvent | TtsConnectionEvent)[]): ProviderError => {
  const found = events.find((event) => event.type === 'error')
  if (found?.type !== 'error') throw new Error('There was no error')
  expect(`${found.error.stack} ${JSON.stringify(found.error)}`).not.toContain('5ec4e7')
  return found.error
}

describe('speaking with Hume', () => {
  it.each<AudioEncoding>(['mulaw', 'alaw'])('should bring its 48 kHz down to %s of 8 kHz', async (encoding) => {
    const simulator = await stage.start({ latencies: { realTimeFactor: 0.01 } })
    const { log, speak } = stage.connect({ encoding })
    await log.until('open')
    const { log: spoken, ...utterance } = speak()
    utterance.write('Good morning. ')
    utterance.write('Your table for 2 is ready, whenever you are.')
    utterance.finish()
    await spoken.until('done')
    expect(heardOf(spoken.events, encoding)).toBe(toSpeakable(TEXT))
    const [connection] = simulator.connections
    expect(audioOf(spoken.events)).toHaveLength(Math.ceil((connection?.audioBytes ?? 0) / 2 / 6))
    expect(connection?.query).toEqual({
      format_type: 'pcm',
      instant_mode: 'true',
      strip_headers: 'true',
      no_binary: 'true',
      include_timestamp_types: 'word',
      version: '2',
    })
    expect(connection?.messages).toEqual([
      { text: 'Good morning. ', voice: { name: 'Male English Actor', provider: 'HUME_AI' }, flush: true },
      { text: 'Your table for 2 is ready, ', flush: true },
      { text: 'whenever you are. ', flush: true },
      { close: true },
    ])
    expect(await connection?.closed).toBe(1000)
  })

  it.each([false, true])('should give every word its place (times of the whole stream: %s)', async (isWhole) => {
    await stage.start({ latencies: { realTimeFactor: 0.01 }, countsWordsFromStream: isWhole })
    const { log: connectionLog, speak } = stage.connect()
    await connectionLog.until('open')
    const { log, ...utterance } = speak()
    utterance.write('Good morning. ')
    utterance.write('Your table for 2 is ready, whenever you are.')
    utterance.finish()
    await log.until('done')
    const words = wordsOf(log.events)
    expect(words.map(({ text }) => text)).toEqual(TEXT.split(' '))
    let position = 0
    for (const word of words) {
      // The delay of the low-pass, 2.7 ms, is all that a snippet's start can be off.
      expect(Math.abs(word.startMs - position * BURST_MS)).toBeLessThan(3)
      position += word.text.length + 1
    }
  })

  it('should say the first clause while the rest is still being written', async () => {
    await stage.start({})
    const { log, ...utterance } = stage.connect().speak()
    for (const token of ['Good', ' morning', '. ', 'Your', ' table']) utterance.write(token)
    await log.until('audio')
    utterance.write(' is ready.')
    utterance.finish()
    await log.until('done')
    expect(heardOf(log.events)).toBe('good morning. your table is ready.')
  })

  it('should have a stream ready for each further utterance, one at a time', async () => {
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
    expect(simulator.connections.filter(({ messages }) => messages.length > 0)).toHaveLength(3)
    expect(simulator.requests().length).toBeLessThanOrEqual(4)
  })

  it('should open a stream anew when the one kept ready was let go', async () => {
    const simulator = await stage.start({ idleMs: 20 })
    const { log, say } = stage.connect()
    await log.until('open')
    await simulator.connections[0]?.closed
    const spoken = say('Still here.')
    await spoken.until('done')
    expect(heardOf(spoken.events)).toBe('still here.')
    expect(log.types()).toEqual(['open'])
  })

  it.each([
    ['d8ab67c6-953d-4bd8-9370-8fa53a0f1453', { id: 'd8ab67c6-953d-4bd8-9370-8fa53a0f1453', provider: 'HUME_AI' }],
    ['Ava Song', { name: 'Ava Song', provider: 'HUME_AI' }],
    ['custom:v1', { id: 'v1', provider: 'CUSTOM_VOICE' }],
  ])('should ask for the voice %s', async (voice, sent) => {
    const simulator = await stage.start({})
    await stage.connect({ voice }).say('Yes.').until('done')
    expect(simulator.connections[0]?.messages[0]?.voice).toEqual(sent)
  })

  it('should only warn that it takes no language', async () => {
    await stage.start({})
    const { log, say } = stage.connect({ language: 'de-DE' })
    await say('Ja.').until('done')
    expect(log.types()).toEqual(['open', 'warning'])
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

  it('should be done when all was said though the socket stays open', async () => {
    const simulator = await stage.start({})
    simulator.setFault('never-closes')
    const spoken = stage.connect().say('All of it.')
    await spoken.until('done')
    expect(heardOf(spoken.events)).toBe('all of it.')
    await simulator.connections[0]?.closed
  })
})

describe('interrupting Hume', () => {
  it('should drop the stream, since Hume has no cancel', async () => {
    const simulator = await stage.start({ latencies: { realTimeFactor: 0.2 } })
    const { log: connectionLog, speak, say } = stage.connect()
    await connectionLog.until('open')
    const { log, ...utterance } = speak()
    utterance.write('This sentence is long enough to be interrupted. ')
    await log.until('audio')
    utterance.cancel()
    const count = log.events.length
    expect(await simulator.connections[0]?.closed).toBe(1006)
    const next = say('I am listening.')
    await next.until('done')
    expect(log.events).toHaveLength(count)
    expect(heardOf(next.events)).toBe('i am listening.')
  })
})

describe('when Hume fails', () => {
  it.each<[string, Parameters<typeof stage.connect>[0], ProviderErrorKind, string | undefined]>([
    ['a wrong key', { apiKey: `${KEY}5` }, 'rejected', undefined],
    ['an empty account', { apiKey: 'poor' }, 'out-of-credit', 'E0300'],
    ['an unknown voice', { voice: 'Nobody' }, 'invalid-request', 'E0101'],
    ['an unknown model', { model: '3' }, 'invalid-request', undefined],
  ])('should tell the utterance and then the connection of %s', async (_name, options, kind, providerCode) => {
    await stage.start({})
    const { log, say } = stage.connect(options)
    const spoken = say(TEXT)
    await log.until('closed')
    expect(errorOf(spoken.events)).toMatchObject({ provider: 'hume', kind, providerCode })
    expect(log.types().filter((type) => type !== 'open')).toEqual(['error', 'closed'])
    expect(spoken.types().filter((type) => type === 'error')).toHaveLength(1)
  })

  it.each<[HumeFault, ProviderErrorKind]>([
    ['unauthorized', 'rejected'],
    ['gone', 'failed'],
    ['server-error', 'unreachable'],
    ['too-many-requests', 'rate-limited'],
    ['reject-after-open', 'rejected'],
  ])('should name the fault %s', async (fault, kind) => {
    const simulator = await stage.start({})
    simulator.setFault(fault)
    const { log, say } = stage.connect()
    const spoken = say(TEXT)
    await log.until('closed')
    expect(errorOf(spoken.events).kind).toBe(kind)
    const late = say(TEXT)
    await late.until('error')
    expect(errorOf(late.events).kind).toBe('closed')
  })

  it('should end only the utterance when it falls silent', async () => {
    const simulator = await impatient.start({})
    simulator.setFault('stall')
    const { log, say } = impatient.connect()
    const spoken = say('This breaks off.')
    await spoken.until('error')
    expect(errorOf(spoken.events).kind).toBe('timeout')
    simulator.setFault(undefined)
    const next = say('On.')
    await next.until('done')
    expect(heardOf(next.events)).toBe('on.')
    expect(log.types()).toEqual(['open'])
  })

  it('should tell the utterance and then the connection of a stream that broke off', async () => {
    const simulator = await stage.start({})
    simulator.setFault('close-mid-sentence')
    const { log, say } = stage.connect()
    const spoken = say('This breaks off.')
    await log.until('closed')
    expect(audioOf(spoken.events).length).toBeGreaterThan(0)
    expect(errorOf(log.events)).toBe(errorOf(spoken.events))
    expect(errorOf(log.events).kind).toBe('closed')
  })

  it('should go on after a message that it cannot read', async () => {
    const simulator = await stage.start({})
    simulator.setFault('malformed-message')
    const { log, say } = stage.connect()
    await say('Yes.').until('done')
    expect(log.types()).toContain('warning')
  })

  it('should call a provider that is not there unreachable', async () => {
    await stage.start({})
    const { log, say } = stage.connect({ origin: 'http://127.0.0.1:9' })
    const spoken = say(TEXT)
    await log.until('closed')
    expect(errorOf(spoken.events).kind).toBe('unreachable')
  })

  it('should close before it was opened, and end all that was being said', async () => {
    await stage.start({})
    const { connection, log, say } = stage.connect()
    const spoken = say('Too late.')
    connection.close()
    await log.until('closed')
    expect(log.events).toMatchObject([{ type: 'closed' }])
    expect(spoken.events).toEqual([])
  })
})
