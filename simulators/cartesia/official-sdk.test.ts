import Cartesia from '@cartesia/cartesia-js'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createCartesiaSimulator } from './index.ts'
import type { CartesiaSimulator } from './index.ts'

const KEY = 'sk_car_1'
let simulator: CartesiaSimulator
afterEach(() => simulator.close())

const start = async (apiKey = KEY) => {
  simulator = await createCartesiaSimulator({
    keys: { [KEY]: { ownVoices: Array.from({ length: 25 }, (_, index) => `own-${index}`) } },
  })
  return new Cartesia({ apiKey, baseURL: simulator.origin, maxRetries: 0 })
}

/** The SDK's socket insists on TLS, so only its HTTP side can be brought here. */
describe('the official SDK at the simulator', () => {
  it('should walk through the pages of voices', async () => {
    const client = await start()
    const names: string[] = []
    for await (const voice of client.voices.list({ limit: 10, is_owner: true })) names.push(voice.id)
    expect(names).toEqual(Array.from({ length: 25 }, (_, index) => `own-${index}`))
  })

  it('should know a refusal for what it is', async () => {
    const client = await start('sk_car_2')
    await expect(client.voices.list({ limit: 1 })).rejects.toMatchObject({
      status: 401,
      error: { error_code: null, title: 'Unauthorized', request_id: expect.any(String) },
    })
  })
})
