import { afterEach, describe, expect, it } from '@jest/globals'
import type { ElevenLabsSimulatedKey } from '../../simulators/elevenlabs/index.ts'
import { createElevenLabsSimulator } from '../../simulators/elevenlabs/index.ts'
import { createSimulatorServer } from '../../simulators/kit/index.ts'
import { isProviderError } from '../../src/provider-kit/index.ts'
import { listVoices } from './list-voices.ts'

const KEY = 'sk_5ec4e7key'
const servers: { close(): unknown }[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

const list = (origin: string) =>
  listVoices({ credentials: { apiKey: KEY }, origins: { api: origin }, signal: AbortSignal.timeout(5000) })

async function simulate(settings: ElevenLabsSimulatedKey, voices?: string[]) {
  const simulator = await createElevenLabsSimulator({ keys: { [KEY]: settings }, voices })
  servers.push(simulator)
  return simulator
}
async function answer(status: number, body: unknown) {
  const server = await createSimulatorServer({
    onRequest: () => ({ status, body }),
    onUpgrade: () => ({ refuse: { status: 500 } }),
  })
  servers.push(server)
  return list(server.origin)
}
const ids = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`)

describe('listing the voices of ElevenLabs', () => {
  it('should list cloned voices first, and each once', async () => {
    const { origin } = await simulate({ clonedVoices: ['mine'] }, ['theirs'])
    expect(await list(origin)).toEqual([
      {
        id: 'mine',
        name: 'Clone mine',
        description: 'american, female, young, conversational',
        languages: ['en'],
        isCloned: true,
      },
      {
        id: 'theirs',
        name: 'Voice theirs',
        description: 'american, female, young, conversational',
        languages: ['en-US'],
      },
    ])
  })

  it('should read page after page, and end at 500 with the own voices among them', async () => {
    const simulator = await simulate({ clonedVoices: ids('mine', 120) }, ids('theirs', 700))
    const voices = await list(simulator.origin)
    expect(voices).toHaveLength(500)
    expect(voices.filter(({ isCloned }) => isCloned)).toHaveLength(120)
    expect(voices.findIndex(({ isCloned }) => !isCloned)).toBe(120)
    expect(simulator.requests.length).toBeLessThanOrEqual(7)
  })

  it('should take a professional voice for a clone only where it is the key owner’s', async () => {
    const voice = (voice_id: string, category: string, is_owner: boolean) => ({ voice_id, category, is_owner })
    const voices = await answer(200, {
      voices: [
        voice('a', 'professional', true),
        voice('b', 'professional', false),
        voice('c', 'cloned', true),
        {},
        null,
      ],
      has_more: false,
    })
    expect(voices).toEqual([
      { id: 'a', name: 'a', isCloned: true },
      { id: 'b', name: 'b' },
      { id: 'c', name: 'c', isCloned: true },
    ])
  })

  it.each([
    [401, { detail: { status: 'missing_permissions', message: `${KEY} lacks voices_read` } }, 'limited'],
    [401, { detail: { status: 'invalid_api_key', message: KEY } }, 'rejected'],
    [429, { detail: { status: 'system_busy', message: 'Busy' } }, 'rate-limited'],
    [200, '<html></html>', 'failed'],
    [200, { voices: 7 }, 'failed'],
  ])('should fail given %s %j as %s', async (status, body, kind) => {
    const error: unknown = await answer(status, body).catch((thrown: unknown) => thrown)
    expect(isProviderError(error) && error.kind).toBe(kind)
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('5ec4e7')
  })
})
