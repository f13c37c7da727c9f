import { afterEach, describe, expect, it } from '@jest/globals'
import { readToneSpeech } from '../tone-speech/index.ts'
import { createElevenLabsSimulator } from './index.ts'
import type { ElevenLabsSimulator } from './index.ts'

const KEY = 'sk_good'
const VOICE = 'EXAVITQu4vr4xnSDxMaL'

let simulator: ElevenLabsSimulator
afterEach(() => simulator.close())
const start = async () => {
  simulator = await createElevenLabsSimulator({ keys: { [KEY]: { characterLimit: 1000 } } })
}

describe('the HTTP side', () => {
  const get = async (path: string, key = KEY) => {
    const response = await fetch(`${simulator.origin}${path}`, { headers: { 'xi-api-key': key } })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const speak = (body: unknown, voice = VOICE) =>
    fetch(`${simulator.origin}/v1/text-to-speech/${voice}/stream?output_format=alaw_8000`, {
      method: 'POST',
      headers: { 'xi-api-key': KEY, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })

  it('should show account, voices and models', async () => {
    await start()
    expect((await get('/v1/user')).body).toMatchObject({ user_id: 'user-1', subscription: { tier: 'creator' } })
    expect((await get('/v2/voices?page_size=2')).body).toMatchObject({
      has_more: true,
      total_count: 3,
      voices: [{ voice_id: VOICE }, {}],
    })
    expect((await get('/v1/models')).body).toEqual(
      expect.arrayContaining([expect.objectContaining({ model_id: 'eleven_v3' })]),
    )
    expect((await get('/v1/nothing')).status).toBe(404)
    expect((await get('/v1/user', 'sk_bad')).body).toMatchObject({ detail: { status: 'invalid_api_key' } })
  })

  it('should fail for one key alone', async () => {
    await start()
    simulator.setFault('unauthorized', { key: 'sk_other' })
    expect((await get('/v1/user')).status).toBe(200)
    simulator.setFault('unauthorized', { key: KEY })
    expect((await get('/v1/user')).body).toMatchObject({ detail: { status: 'invalid_api_key' } })
    simulator.setFault(undefined, { key: KEY })
    expect((await get('/v1/user')).status).toBe(200)
  })

  it('should speak in one piece, and say what is wrong', async () => {
    await start()
    const answer = await speak({ text: 'Good morning.', model_id: 'eleven_flash_v2_5' })
    expect(readToneSpeech(Buffer.from(await answer.arrayBuffer()), 'alaw')).toBe('good morning.')
    expect((await speak({})).status).toBe(422)
    expect((await speak({ text: 'Hi' }, 'nobody')).status).toBe(404)
    expect((await speak({ text: 'x'.repeat(2000) })).status).toBe(401)
  })
})
