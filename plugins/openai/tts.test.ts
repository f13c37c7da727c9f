import { afterEach, describe, expect, it } from '@jest/globals'
import { createOpenStreams, errorAmong, heardOf } from '../../simulators/kit/testing/open-streams.ts'
import { createOpenAiSimulator } from '../../simulators/openai/index.ts'
import type { OpenAiFault, OpenAiSimulator } from '../../simulators/openai/index.ts'
import { toSpeakable } from '../../simulators/tone-speech/index.ts'
import type { TtsOptions } from '../../src/provider-kit/index.ts'
import { tts } from './tts.ts'

const KEY = 'sk-proj-T3BlbkFJ-good'
const EMPTY = 'sk-proj-T3BlbkFJ-empty'
const TEXT = 'Good morning. Your table for 2 is ready, whenever you are.'

const streams = createOpenStreams()
let simulator: OpenAiSimulator
afterEach(async () => {
  await streams.closeAll()
  await simulator.close()
})

const start = async (options: Partial<TtsOptions> & { apiKey?: string } = {}) => {
  simulator = await createOpenAiSimulator({ keys: { [KEY]: {}, [EMPTY]: { hasCredit: false } } })
  const { apiKey = KEY, ...rest } = options
  return streams.speakWith(tts, { credentials: { apiKey }, origins: { api: simulator.origin } }, rest)
}
const bodies = () => simulator.requests.map(({ body }) => body)

describe('speaking with OpenAI', () => {
  it.each(['mulaw', 'alaw'] as const)('should speak a text that is written word by word in %s', async (encoding) => {
    const { speak, log } = await start({ format: { encoding, sampleRate: 8000 } })
    const utterance = speak()
    for (const word of TEXT.split(/(?<= )/)) utterance.write(word)
    utterance.finish()
    await utterance.log.until('done')
    expect(heardOf(utterance.events, encoding)).toBe(toSpeakable(TEXT.replace('. Your', '.Your')).replace(', ', ','))
    expect(log.types()).toEqual(['open'])
    expect(bodies()[0]).toEqual({
      model: 'gpt-4o-mini-tts',
      voice: 'marin',
      input: 'Good morning.',
      response_format: 'pcm',
    })
  })

  it('should name its voices, the default among them, each once', async () => {
    await start()
    const context = { credentials: { apiKey: KEY }, origins: {}, signal: new AbortController().signal }
    const voices = (await tts.listVoices?.(context)) ?? []
    expect(voices).toHaveLength(13)
    expect(new Set(voices.map(({ id }) => id)).size).toBe(13)
    expect(voices.map(({ id }) => id)).toContain(tts.defaultVoice)
  })

  it('should speak with another voice, and say so, where an old model lacks the one that was asked for', async () => {
    const { speak, log, events } = await start({ model: 'tts-1' })
    const { write, finish, log: spoken } = speak()
    write('Hello. ')
    finish()
    await spoken.until('done')
    await log.until('warning')
    expect(events).toContainEqual({ type: 'warning', message: expect.stringContaining('no voice marin') })
    expect(bodies()).toEqual([{ model: 'tts-1', voice: 'nova', input: 'Hello.', response_format: 'pcm' }])
  })

  it('should let go of what is generated when it is interrupted, and go on', async () => {
    const { speak } = await start()
    const first = speak()
    first.write('This sentence is long enough to be interrupted in the middle of it. ')
    await first.log.until('audio')
    first.cancel()
    const count = first.events.length
    expect(await simulator.requests[0]?.ended).toBe('aborted')
    const second = speak()
    second.write('I am listening. ')
    second.finish()
    await second.log.until('done')
    expect(first.events).toHaveLength(count)
    expect(heardOf(second.events)).toBe('i am listening.')
  })

  it.each<[string, Partial<TtsOptions> & { apiKey?: string }, string, string | undefined]>([
    ['a wrong key', { apiKey: `${KEY}-wrong` }, 'rejected', 'invalid_api_key'],
    ['an empty account', { apiKey: EMPTY }, 'out-of-credit', 'insufficient_quota'],
    ['an unknown model', { model: 'tts-9' }, 'invalid-request', 'model_not_found'],
    ['an unknown voice', { voice: 'nobody' }, 'invalid-request', undefined],
  ])('should tell of %s', async (_name, options, kind, providerCode) => {
    const { speak } = await start(options)
    const { write, finish, log, events } = speak()
    write('Hello. ')
    finish()
    await log.until('error')
    expect(errorAmong(events, 'T3BlbkFJ')).toMatchObject({ provider: 'openai', kind, providerCode })
  })

  it.each<[OpenAiFault, string]>([
    ['unauthorized', 'rejected'],
    ['rate-limit', 'rate-limited'],
    ['server-error', 'unreachable'],
    ['close-mid-stream', 'closed'],
  ])('should name the fault %s %s', async (fault, kind) => {
    const { speak } = await start()
    simulator.setFault(fault)
    const { write, finish, log, events } = speak()
    write('This sentence comes in several pieces. ')
    finish()
    await log.until('error')
    expect(errorAmong(events, 'T3BlbkFJ').kind).toBe(kind)
  })
})
