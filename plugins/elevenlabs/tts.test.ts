import { afterEach, describe, expect, it } from '@jest/globals'
import type {
  AudioEncoding,
  ProviderError,
  ProviderErrorKind,
  SpokenWord,
  TtsConnection,
  TtsConnectionEvent,
  TtsEvent,
  TtsOptions,
  TtsUtterance,
} from '../../src/provider-kit/index.ts'
import { createElevenLabsSimulator } from '../../simulators/elevenlabs/index.ts'
import type { ElevenLabsFault, ElevenLabsSimulator, ElevenLabsSimulatorOptions } from '../../simulators/elevenlabs/index.ts'
import { BURST_MS, readToneSpeech, toSpeakable } from '../../simulators/tone-speech/index.ts'
import elevenlabs from './index.ts'

const KEY = `sk_${'5ec4e7'.repeat(8)}`
const POOR_KEY = 'sk_poor'
const TEXT = 'Good morning. Your table for 2 is ready, whenever you are.'

let simulator: ElevenLabsSimulator
let opened: TtsConnection[] = []
afterEach(async () => {
  for (const connection of opened.splice(0)) connection.destroy()
  opened = []
  await simulator.close()
})

const start = async (options: Partial<ElevenLabsSimulatorOptions> = {}) => {
  const keys = { [KEY]: {}, [POOR_KEY]: { characterLimit: 20 }, sk_mute: { permissions: ['user_read' as const] } }
  simulator = await createElevenLabsSimulator({ keys, ...options })
}

/** Collects events and lets a test await the one that it needs. */
const createLog = <Event extends { type: string }>() => {
  const events: Event[] = []
  const waiting: { type: string; count: number; resolve(): void }[] = []
  return {
    events,
    push(event: Event) {
      events.push(event)
      for (const waiter of waiting) {
        if (events.filter(({ type }) => type === waiter.type).length >= waiter.count) waiter.resolve()
      }
    },
    until: (type: Event['type'], count = 1) =>
      new Promise<void>((resolve) => {
        if (events.filter((event) => event.type === type).length >= count) resolve()
        else waiting.push({ type, count, resolve })
      }),
    types: () => events.map(({ type }) => type),
  }
}

const connect = (options: Partial<TtsOptions> & { apiKey?: string; encoding?: AudioEncoding; origin?: string } = {}) => {
  const { apiKey = KEY, encoding = 'mulaw', origin = simulator.origin, ...rest } = options
  const log = createLog<TtsConnectionEvent>()
  const connection = elevenlabs.tts?.open(
    { credentials: { apiKey }, origins: { api: origin } },
    { format: { encoding, sampleRate: 8000 }, ...rest },
    log.push,
  ) as TtsConnection
  opened.push(connection)
  const speak = () => {
    const spoken = createLog<TtsEvent>()
    const utterance: TtsUtterance = connection.speak(spoken.push)
    return { ...utterance, log: spoken }
  }
  return { connection, log, speak }
}

const audioOf = (events: readonly TtsEvent[]) =>
  Buffer.concat(events.map((event) => (event.type === 'audio' ? event.audio : Buffer.alloc(0))))
const wordsOf = (events: readonly TtsEvent[]): SpokenWord[] => events.flatMap((event) => (event.type === 'words' ? event.words : []))
const errorOf = (events: readonly (TtsEvent | TtsConnectionEvent)[]): ProviderError => {
  const found = events.find((event) => event.type === 'error')
  if (found?.type !== 'error') throw new Error('There was no error')
  expect(`${found.error.stack} ${JSON.stringify(found.error)}`).not.toContain('5ec4e7')
  return found.error
}
const heard = (events: readonly TtsEvent[], encoding: AudioEncoding = 'mulaw') => readToneSpeech(audioOf(events), encoding).trim()

describe('speaking with ElevenLabs', () => {
  it.each<[AudioEncoding, string]>([
    ['mulaw', 'ulaw_8000'],
    ['alaw', 'alaw_8000'],
  ])('should speak a text that is written clause by clause in %s', async (encoding, format) => {
    await start({ latencies: { firstAudioMs: 5, realTimeFactor: 0.01 } })
    const { log, speak } = connect({ encoding })
    const { log: spoken, ...utterance } = speak()
    utterance.write('Good morning. ')
    utterance.write('Your table for 2 is ready, whenever you are.')
    utterance.finish()
    await spoken.until('done')
    expect(heard(spoken.events, encoding)).toBe(toSpeakable(TEXT))
    expect(log.types()).toEqual(['open'])
    expect(simulator.connections[0]?.query).toMatchObject({ output_format: format, auto_mode: 'true', inactivity_timeout: '180' })
    expect([...simulator.seenKeys]).toEqual([KEY])
  })

  it.each([false, true])('should give every word its place in the audio (variant names: %s)', async (usesVariantNames) => {
    await start({ usesVariantNames, latencies: { realTimeFactor: 0.01 } })
    const { speak } = connect()
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
  })

  it('should say the first clause while the rest is still being written', async () => {
    await start({ latencies: { realTimeFactor: 0.01 } })
    const { speak } = connect()
    const { log, ...utterance } = speak()
    for (const token of ['Good', ' morning', '.', ' Your', ' table']) utterance.write(token)
    await log.until('audio', 2)
    expect(simulator.texts()).toEqual(['Good morning. '])
    utterance.write(' is ready.')
    utterance.finish()
    await log.until('done')
    expect(heard(log.events)).toBe('good morning. your table is ready.')
  })

  it('should speak one utterance after another over one connection', async () => {
    await start()
    const { connection, log, speak } = connect()
    for (const text of ['One. ', 'Two. ', 'Three. ', 'Four. ', 'Five. ', 'Six. ', 'Seven. ']) {
      const { log: spoken, ...utterance } = speak()
      utterance.write(text)
      utterance.finish()
      await spoken.until('done')
      expect(heard(spoken.events)).toBe(text.trim().toLowerCase())
    }
    expect(simulator.connections).toHaveLength(1)
    connection.close()
    await log.until('closed')
    expect(log.types()).toEqual(['open', 'closed'])
    expect(log.events.at(-1)).toEqual({ type: 'closed', characters: 'One. Two. Three. Four. Five. Six. Seven. '.length })
    expect(await simulator.connections[0]?.closed).toBe(1000)
  })

  it('should keep two utterances that overlap apart', async () => {
    await start({ latencies: { realTimeFactor: 0.02 } })
    const { speak } = connect()
    const [first, second] = [speak(), speak()]
    first.write('The first one. ')
    second.write('And the second one. ')
    first.finish()
    second.finish()
    await Promise.all([first.log.until('done'), second.log.until('done')])
    expect(heard(first.log.events)).toBe('the first one.')
    expect(heard(second.log.events)).toBe('and the second one.')
  })

  it('should be done at once when there is nothing to say', async () => {
    await start()
    const { log: connectionLog, speak } = connect()
    await connectionLog.until('open')
    const { log, ...utterance } = speak()
    utterance.write(' … ')
    utterance.finish()
    await log.until('done')
    expect(log.types()).toEqual(['done'])
    expect(simulator.connections[0]?.messages).toEqual([])
  })

  it('should send the language only to models that take it', async () => {
    await start()
    await connect({ language: 'de-AT' }).log.until('open')
    await connect({ language: 'de-AT', model: 'eleven_multilingual_v2' }).log.until('open')
    expect(simulator.connections.map(({ query }) => query.language_code)).toEqual(['de', undefined])
  })

  it('should speak also where a close overtakes text that has not begun to sound', async () => {
    await start({ latencies: { firstAudioMs: 20, realTimeFactor: 0.02 } })
    simulator.setFault('close-overtakes-text')
    const { speak } = connect()
    const { log, ...utterance } = speak()
    utterance.write('Good morning. ')
    utterance.write('Your table for 2 is ready, ')
    utterance.write('whenever you are.')
    utterance.finish()
    await log.until('done')
    expect(heard(log.events)).toBe(toSpeakable(TEXT))
  })
})

describe('interrupting ElevenLabs', () => {
  it('should deliver nothing of a cancelled utterance and close its context', async () => {
    await start({ latencies: { realTimeFactor: 0.1 } })
    const { speak } = connect()
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
    expect(heard(next.log.events)).toBe('i am listening.')
    expect(simulator.connections[0]?.messages).toContainEqual({ context_id: 'utterance-1', close_context: true })
  })

  it('should never have more than five contexts open, however often it is interrupted', async () => {
    await start({ latencies: { firstAudioMs: 30, realTimeFactor: 0.05 } })
    const { log: connectionLog, speak } = connect()
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
    expect(heard(log.events)).toBe('now i may speak.')
    expect(connectionLog.types()).toEqual(['open'])
    expect(simulator.connections).toHaveLength(1)
  })

  it('should send nothing for an utterance that was cancelled before its first phrase', async () => {
    await start()
    const { log, speak } = connect()
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

describe('when ElevenLabs fails', () => {
  const say = (connected: ReturnType<typeof connect>) => {
    const { log, ...utterance } = connected.speak()
    utterance.write('This sentence is long enough to come in several pieces. ')
    utterance.finish()
    return log
  }

  it.each<[string, Parameters<typeof connect>[0], ProviderErrorKind, string]>([
    ['a wrong key', { apiKey: `${KEY}5` }, 'rejected', 'invalid_api_key'],
    ['a key without the permission', { apiKey: 'sk_mute' }, 'limited', 'missing_permissions'],
    ['an empty account', { apiKey: POOR_KEY }, 'out-of-credit', 'quota_exceeded'],
    ['an unknown voice', { voice: 'nobody' }, 'invalid-request', 'voice_not_found'],
    ['a model that has no socket', { model: 'eleven_v3' }, 'invalid-request', 'model_not_found'],
  ])('should tell the utterance and then the connection of %s', async (_name, options, kind, providerCode) => {
    await start()
    const connected = connect(options)
    const order: string[] = []
    const log = say(connected)
    const spoken = log.until('error').then(() => order.push('utterance'))
    await connected.log.until('closed')
    await spoken
    expect(errorOf(log.events)).toMatchObject({ provider: 'elevenlabs', kind, providerCode })
    expect(connected.log.types().filter((type) => type !== 'open')).toEqual(['error', 'closed'])
    expect(errorOf(connected.log.events)).toBe(errorOf(log.events))
    expect(log.types().at(-1)).toBe('error')
  })

  it.each<[ElevenLabsFault, ProviderErrorKind, boolean]>([
    ['reject-after-open', 'rejected', false],
    ['quota-mid-stream', 'out-of-credit', true],
    ['close-mid-sentence', 'closed', true],
    ['unauthorized', 'rejected', false],
    ['server-error', 'unreachable', false],
  ])('should name the fault %s', async (fault, kind, hasAudio) => {
    await start()
    simulator.setFault(fault)
    const connected = connect()
    const log = say(connected)
    await connected.log.until('closed')
    expect(errorOf(log.events).kind).toBe(kind)
    expect(audioOf(log.events).length > 0).toBe(hasAudio)
    expect(log.types().filter((type) => type === 'error')).toHaveLength(1)
  })

  it('should go on after a message that it cannot read', async () => {
    await start()
    simulator.setFault('malformed-message')
    const connected = connect()
    const log = say(connected)
    await log.until('done')
    expect(connected.log.types()).toContain('warning')
  })

  it('should call a provider that is not there unreachable', async () => {
    await start()
    const connected = connect({ origin: 'http://127.0.0.1:9' })
    const log = say(connected)
    await connected.log.until('closed')
    expect(errorOf(log.events).kind).toBe('unreachable')
    const late = say(connected)
    await late.until('error')
    expect(errorOf(late.events).kind).toBe('closed')
  })

  it('should only close, without an error, when an idle connection is let go', async () => {
    await start({ secondMs: 1 })
    const { log } = connect()
    await log.until('closed')
    expect(log.types()).toEqual(['open', 'closed'])
    expect(await simulator.connections[0]?.closed).toBe(1008)
  })

  it('should close before it was opened, and end all that was being said', async () => {
    await start()
    const { connection, log, speak } = connect()
    const { log: spoken, ...utterance } = speak()
    utterance.write('Too late. ')
    connection.close()
    await log.until('closed')
    expect(log.events).toEqual([{ type: 'closed', characters: 0 }])
    expect(spoken.events).toEqual([])
  })
})
