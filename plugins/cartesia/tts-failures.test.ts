import { afterEach, describe, expect, it } from '@jest/globals'
import { createCartesiaSimulator } from '../../simulators/cartesia/index.ts'
import type { CartesiaFault, CartesiaSimulatorOptions } from '../../simulators/cartesia/index.ts'
import { audioOf, createVoiceStage, heardOf } from '../../simulators/tone-speech/testing/voice-stage.ts'
import type { ProviderError, ProviderErrorKind, TtsConnectionEvent, TtsEvent } from '../../src/provider-kit/index.ts'
import { createCartesiaTts } from './tts.ts'

const KEY = 'sk_car_5ec4e7'
const KEYS = { [KEY]: {}, sk_car_poor: { credits: 20 }, sk_car_narrow: { concurrency: 1 } }
const SENTENCE = 'This sentence is long enough to come in several pieces.'

const stage = createVoiceStage({
  tts: createCartesiaTts({ audioDeadlineMs: 150 }),
  apiKey: KEY,
  create: (options: Partial<CartesiaSimulatorOptions>) => createCartesiaSimulator({ keys: KEYS, ...options }),
})
afterEach(stage.stop)

const errorOf = (events: readonly (TtsEvent | TtsConnectionEvent)[]): ProviderError => {
  const found = events.find((event) => event.type === 'error')
  if (found?.type !== 'error') throw new Error('There was no error')
  expect(`${found.error.stack} ${JSON.stringify(found.error)}`).not.toContain('5ec4e7')
  return found.error
}

describe('when Cartesia fails', () => {
  it.each<[string, Parameters<typeof stage.connect>[0], ProviderErrorKind, string | undefined]>([
    ['a wrong key', { apiKey: `${KEY}5` }, 'rejected', undefined],
    ['an empty account', { apiKey: 'sk_car_poor' }, 'out-of-credit', 'quota_exceeded'],
    ['an unknown voice', { voice: 'nobody' }, 'invalid-request', 'voice_not_found'],
    ['an unknown model', { model: 'sonic-0' }, 'invalid-request', 'invalid_request'],
  ])('should tell the utterance and then the connection of %s', async (_name, options, kind, providerCode) => {
    await stage.start({})
    const { log, say } = stage.connect(options)
    const spoken = say(SENTENCE)
    await log.until('closed')
    expect(errorOf(spoken.events)).toMatchObject({ provider: 'cartesia', kind, providerCode })
    expect(log.types().filter((type) => type !== 'open')).toEqual(['error', 'closed'])
    expect(errorOf(log.events)).toBe(errorOf(spoken.events))
    expect(spoken.types().at(-1)).toBe('error')
  })

  it.each<[CartesiaFault, ProviderErrorKind, boolean]>([
    ['unauthorized', 'rejected', false],
    ['unauthorized-in-text', 'rejected', false],
    ['server-error', 'unreachable', false],
    ['reject-after-open', 'rejected', false],
    ['quota-mid-stream', 'out-of-credit', true],
    ['close-mid-sentence', 'closed', true],
  ])('should name the fault %s', async (fault, kind, hasAudio) => {
    const simulator = await stage.start({})
    simulator.setFault(fault)
    const { log, say } = stage.connect()
    const spoken = say(SENTENCE)
    await log.until('closed')
    expect(errorOf(spoken.events).kind).toBe(kind)
    expect(audioOf(spoken.events).length > 0).toBe(hasAudio)
    expect(spoken.types().filter((type) => type === 'error')).toHaveLength(1)
  })

  it.each<[CartesiaFault, ProviderErrorKind]>([
    ['stall', 'timeout'],
    ['stall-mid-sentence', 'timeout'],
    ['done-without-audio', 'failed'],
  ])('should end only the utterance by %s', async (fault, kind) => {
    const simulator = await stage.start({})
    simulator.setFault(fault)
    const { log, say } = stage.connect()
    const spoken = say(SENTENCE)
    await spoken.until('error')
    expect(errorOf(spoken.events).kind).toBe(kind)
    simulator.setFault(undefined)
    const next = say('Again.')
    await next.until('done')
    expect(heardOf(next.events)).toBe('again.')
    expect(log.types()).toEqual(['open'])
  })

  it('should not take too many utterances at once for a bad key, nor let it end the connection', async () => {
    await stage.start({ latencies: { realTimeFactor: 0.02 } })
    const { log, say } = stage.connect({ apiKey: 'sk_car_narrow' })
    const [first, second] = [say(SENTENCE), say('Me too.')]
    await Promise.all([first.until('done'), second.until('error')])
    expect(errorOf(second.events)).toMatchObject({
      kind: 'rate-limited',
      providerCode: 'concurrency_limited',
      status: 429,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}:utterance-2-1$/),
    })
    expect(heardOf(first.events)).toBe(SENTENCE.toLowerCase())
    expect(log.types()).toEqual(['open'])
  })

  it('should go on after a message that it cannot read', async () => {
    const simulator = await stage.start({})
    simulator.setFault('malformed-message')
    const { log, say } = stage.connect()
    await say(SENTENCE).until('done')
    expect(log.types()).toContain('warning')
  })

  it('should call a provider that is not there unreachable, and take no more afterwards', async () => {
    await stage.start({})
    const { log, say } = stage.connect({ origin: 'http://127.0.0.1:9' })
    const spoken = say(SENTENCE)
    await log.until('closed')
    expect(errorOf(spoken.events).kind).toBe('unreachable')
    const late = say(SENTENCE)
    await late.until('error')
    expect(errorOf(late.events).kind).toBe('closed')
  })

  it('should only close, without an error, when an idle connection is let go', async () => {
    const simulator = await stage.start({ idleMs: 20 })
    const { log } = stage.connect()
    await log.until('closed')
    expect(log.types()).toEqual(['open', 'closed'])
    expect(await simulator.connections[0]?.closed).toBe(1000)
  })

  it('should close before it was opened, and end all that was being said', async () => {
    await stage.start({})
    const { connection, log, say } = stage.connect()
    const spoken = say('Too late.')
    connection.close()
    await log.until('closed')
    expect(log.events).toEqual([{ type: 'closed', characters: 0 }])
    expect(spoken.events).toEqual([])
  })
})
