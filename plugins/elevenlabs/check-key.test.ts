import { afterEach, describe, expect, it } from '@jest/globals'
import type { KeyVerdict } from '../../src/provider-kit/index.ts'
import { createElevenLabsSimulator } from '../../simulators/elevenlabs/index.ts'
import type { ElevenLabsSimulatedKey } from '../../simulators/elevenlabs/index.ts'
import { answering } from '../../src/testing/conformance/index.ts'
import elevenlabs from './index.ts'

const KEY = 'sk_5ec4e7key'
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

const simulate = async (settings: ElevenLabsSimulatedKey) => {
  const simulator = await createElevenLabsSimulator({ keys: { [KEY]: settings } })
  cleanups.push(() => simulator.close())
  return simulator
}
const check = async (origin: string, signal = new AbortController().signal): Promise<KeyVerdict> => {
  const verdict = await elevenlabs.checkKey({ credentials: { apiKey: KEY }, origins: { api: origin }, signal })
  expect(JSON.stringify(verdict)).not.toContain('5ec4e7')
  return verdict
}

describe('checking an ElevenLabs key', () => {
  it('should not count below nothing what a plan lets go on beyond its limit', async () => {
    const account = { character_count: 120, character_limit: 100, can_extend_character_limit: true, tier: 'creator' }
    const { origin, close } = await answering(({ path }) =>
      path.startsWith('/v1/user') ? { status: 200, body: account } : undefined,
    )()
    cleanups.push(close)
    expect((await check(origin)).message).toContain('0 of 100 credits are left.')
  })

  it('should show the account of a good key', async () => {
    const { origin, requests } = await simulate({ tier: 'creator', characterCount: 1234, characterLimit: 100_000 })
    expect(await check(origin)).toEqual({
      status: 'valid',
      capabilities: { tts: true, stt: true, 'voice-cloning': true },
      message: 'The key works. 98766 of 100000 credits are left.',
      metadata: {
        tier: 'creator',
        characterCount: 1234,
        characterLimit: 100_000,
        creditsLeft: 98_766,
        voiceSlotsUsed: 1,
        voiceLimit: 30,
        subscriptionStatus: 'active',
        resetsAt: expect.stringMatching(/^20\d\d-/),
      },
    })
    expect(requests).toEqual(['GET /v1/user/subscription'])
  })

  it.each<[string, ElevenLabsSimulatedKey, Partial<KeyVerdict>]>([
    [
      'a plan without cloning',
      { canCloneVoices: false },
      { status: 'limited', capabilities: { tts: true, stt: true, 'voice-cloning': false } },
    ],
    [
      'no voice slot left',
      { voiceSlotsUsed: 30 },
      { status: 'valid', capabilities: { tts: true, stt: true, 'voice-cloning': false } },
    ],
    [
      'all credits used',
      { characterCount: 500, characterLimit: 500 },
      { status: 'out-of-credit', capabilities: { tts: false, stt: false, 'voice-cloning': false } },
    ],
    [
      'a disabled free tier',
      { status: 'free_disabled' },
      { status: 'limited', capabilities: { tts: false, stt: false, 'voice-cloning': false } },
    ],
    [
      'no right to read the account',
      { permissions: ['models_read', 'text_to_speech', 'speech_to_text'] },
      { status: 'limited', capabilities: { tts: true, stt: true, 'voice-cloning': false } },
    ],
    [
      'no right to read anything',
      { permissions: ['text_to_speech'] },
      { status: 'limited', capabilities: { tts: true, stt: false, 'voice-cloning': false } },
    ],
    [
      'no right to transcribe',
      { permissions: ['user_read', 'text_to_speech'] },
      {
        status: 'limited',
        capabilities: { tts: true, stt: false, 'voice-cloning': true },
        message:
          'The key works for speech, but it may not transcribe (permission Speech to Text). 100000 of 100000 credits are left.',
        fixUrl: 'https://elevenlabs.io/app/settings/api-keys',
      },
    ],
  ])('should judge %s', async (_name, settings, verdict) => {
    const { origin } = await simulate(settings)
    expect(await check(origin)).toMatchObject(verdict)
  })

  it('should open a transcription for what no request tells, and send no audio', async () => {
    const { origin, transcriptions } = await simulate({})
    await check(origin)
    expect(transcriptions.map(({ audioBytes, commits }) => [audioBytes, commits])).toEqual([[0, 0]])
  })

  it('should take silence about transcription for no refusal', async () => {
    const subscription = { tier: 'creator', character_limit: 10, can_use_instant_voice_cloning: true }
    const server = await answering(() => ({ status: 200, body: subscription }))()
    cleanups.push(server.close)
    expect(await check(server.origin)).toMatchObject({ status: 'valid', capabilities: { stt: true } })
  })

  it('should not take an account without credits for a key without permission', async () => {
    const subscription = { tier: 'creator', character_limit: 10, can_use_instant_voice_cloning: true }
    const empty = { detail: { status: 'quota_exceeded', message: 'This request exceeds your quota.' } }
    const server = await answering(({ isUpgrade }) =>
      isUpgrade ? { status: 401, body: empty } : { status: 200, body: subscription },
    )()
    cleanups.push(server.close)
    expect(await check(server.origin)).toMatchObject({ status: 'out-of-credit' })
  })

  it('should try the models when the account may not be read', async () => {
    const { origin, requests } = await simulate({ permissions: ['models_read'] })
    expect((await check(origin)).message).toContain('may not read its account')
    expect(requests).toEqual(['GET /v1/user/subscription', 'GET /v1/models'])
  })
})
