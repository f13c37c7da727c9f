import { afterEach, describe, expect, it } from '@jest/globals'
import type { ElevenLabsFault } from '../../simulators/elevenlabs/index.ts'
import { createElevenLabsSimulator } from '../../simulators/elevenlabs/index.ts'
import type { ElevenLabsSimulatorOptions } from '../../simulators/elevenlabs/index.ts'
import { audioOf, createVoiceStage } from '../../simulators/tone-speech/testing/voice-stage.ts'
import type { ProviderError, ProviderErrorKind, TtsConnectionEvent, TtsEvent } from '../../src/provider-kit/index.ts'
import { tts } from './tts.ts'

const KEY = `sk_${'5ec4e7'.repeat(8)}`
const POOR_KEY = 'sk_poor'

const stage = createVoiceStage({
  tts,
  apiKey: KEY,
  create: (options: Partial<ElevenLabsSimulatorOptions>) =>
    createElevenLabsSimulator({
      keys: { [KEY]: {}, [POOR_KEY]: { characterLimit: 20 }, sk_mute: { permissions: ['user_read'] } },
      ...options,
    }),
})
afterEach(stage.stop)

const errorOf = (events: readonly (TtsEvent | TtsConnectionEvent)[]): ProviderError => {
  const found = events.find((event) => event.type === 'error')
  if (found?.type !== 'error') throw new Error('There was no error')
  expect(`${found.error.stack} ${JSON.stringify(found.error)}`).not.toContain('5ec4e7')
  return found.error
}

describe('when ElevenLabs fails', () => {
  const say = (connected: ReturnType<typeof stage.connect>) => {
    const { log, ...utterance } = connected.speak()
    utterance.write('This sentence is long enough to come in several pieces. ')
    utterance.finish()
    return log
  }

  it.each<[string, Parameters<typeof stage.connect>[0], ProviderErrorKind, string]>([
    ['a wrong key', { apiKey: `${KEY}5` }, 'rejected', 'invalid_api_key'],
    ['a key without the permission', { apiKey: 'sk_mute' }, 'limited', 'missing_permissions'],
    ['an empty account', { apiKey: POOR_KEY }, 'out-of-credit', 'quota_exceeded'],
    ['an unknown voice', { voice: 'nobody' }, 'invalid-request', 'voice_not_found'],
    ['a model that has no socket', { model: 'eleven_v3' }, 'invalid-request', 'model_not_found'],
  ])('should tell the utterance and then the connection of %s', async (_name, options, kind, providerCode) => {
    await stage.start({})
    const connected = stage.connect(options)
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
    const simulator = await stage.start({})
    simulator.setFault(fault)
    const connected = stage.connect()
    const log = say(connected)
    await connected.log.until('closed')
    expect(errorOf(log.events).kind).toBe(kind)
    expect(audioOf(log.events).length > 0).toBe(hasAudio)
    expect(log.types().filter((type) => type === 'error')).toHaveLength(1)
  })

  it('should go on after a message that it cannot read', async () => {
    const simulator = await stage.start({})
    simulator.setFault('malformed-message')
    const connected = stage.connect()
    const log = say(connected)
    await log.until('done')
    expect(connected.log.types()).toContain('warning')
  })

  it('should call a provider that is not there unreachable', async () => {
    await stage.start({})
    const connected = stage.connect({ origin: 'http://127.0.0.1:9' })
    const log = say(connected)
    await connected.log.until('closed')
    expect(errorOf(log.events).kind).toBe('unreachable')
    const late = say(connected)
    await late.until('error')
    expect(errorOf(late.events).kind).toBe('closed')
  })

  it('should only close, without an error, when an idle connection is let go', async () => {
    const simulator = await stage.start({ secondMs: 1 })
    const { log } = stage.connect()
    await log.until('closed')
    expect(log.types()).toEqual(['open', 'closed'])
    expect(await simulator.connections[0]?.closed).toBe(1008)
  })

  it('should close before it was opened, and end all that was being said', async () => {
    await stage.start({})
    const { connection, log, speak } = stage.connect()
    const { log: spoken, ...utterance } = speak()
    utterance.write('Too late. ')
    connection.close()
    await log.until('closed')
    expect(log.events).toEqual([{ type: 'closed', characters: 0 }])
    expect(spoken.events).toEqual([])
  })
})
