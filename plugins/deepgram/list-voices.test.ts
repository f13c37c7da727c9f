import { afterEach, describe, expect, it } from '@jest/globals'
import { createDeepgramSimulator } from '../../simulators/deepgram/index.ts'
import { createSimulatorServer } from '../../simulators/kit/index.ts'
import { isProviderError } from '../../src/provider-kit/index.ts'
import { listVoices } from './list-voices.ts'
import { KEY } from './testing/tts-harness.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

const list = (origin: string) =>
  listVoices({ credentials: { apiKey: KEY }, origins: { api: origin }, signal: AbortSignal.timeout(5000) })

async function answer(status: number, body: unknown) {
  const server = await createSimulatorServer({
    onRequest: () => ({ status, body }),
    onUpgrade: () => ({ refuse: { status: 500 } }),
  })
  open.push(server)
  return list(server.origin)
}

describe('listVoices', () => {
  it('lists the voices of Aura-2, then those before, with what Deepgram says of them', async () => {
    const simulator = await createDeepgramSimulator({ keys: { [KEY]: { projectName: 'Bakery', state: 'valid' } } })
    open.push(simulator)
    const voices = await list(simulator.origin)
    expect(voices[0]).toEqual({
      id: 'aura-2-thalia-en',
      name: 'thalia',
      description: 'American, Adult, feminine, clear, Customer service, IVR',
      languages: ['en', 'en-US'],
    })
    expect(voices.at(-1)?.id).toBe('aura-asteria-en')
    expect(simulator.requests.map(({ path }) => path)).toEqual(['/v1/models'])
  })

  it('leaves out what is no voice of Aura, and what is not told', async () => {
    const voices = await answer(200, {
      tts: [null, {}, { canonical_name: 'flux-haley-en' }, { canonical_name: 'aura-2-luna-en', metadata: { age: 7 } }],
    })
    expect(voices).toEqual([{ id: 'aura-2-luna-en', name: 'aura-2-luna-en' }])
  })

  it.each([
    [401, { err_code: 'INVALID_AUTH', err_msg: `Invalid ${KEY}` }, 'rejected'],
    [200, '<html></html>', 'failed'],
    [200, { stt: [] }, 'failed'],
  ])('given %s %j fails as %s', async (status, body, kind) => {
    const error: unknown = await answer(status, body).catch((thrown: unknown) => thrown)
    expect(isProviderError(error) && error.kind).toBe(kind)
    expect(String(error)).not.toContain(KEY)
  })
})
