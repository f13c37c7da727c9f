import { afterEach, describe, expect, it } from '@jest/globals'
import { createOpenAiCompatibleSimulator } from '../../simulators/openaicompatible/index.ts'
import type { CompatibleSimulator, CompatibleSimulatorOptions } from '../../simulators/openaicompatible/index.ts'
import { checkKey } from './check-key.ts'

const KEY = 'token-T3BlbkFJ-good'

describe('checking a server of one’s own', () => {
  let simulator: CompatibleSimulator
  afterEach(() => simulator.close())
  const start = async (options: CompatibleSimulatorOptions, apiKey = options.apiKey) => {
    simulator = await createOpenAiCompatibleSimulator(options)
    const credentials = { baseUrl: simulator.baseUrl, ...(apiKey && { apiKey }) }
    return { credentials, origins: { api: simulator.baseUrl } }
  }
  const check = (context: Awaited<ReturnType<typeof start>>, signal = new AbortController().signal) =>
    checkKey({ ...context, signal })

  it.each<[string, readonly string[], object]>([
    ['all three', ['qwen3-8b-instruct', 'kokoro-tts', 'whisper-large-v3'], { llm: true, tts: true, stt: true }],
    ['a language model alone', ['llama-3.3-70b', 'bge-m3'], { llm: true, tts: false, stt: false }],
    ['speech alone', ['hexgrad/Kokoro-82M', 'Systran/faster-whisper-small'], { llm: false, tts: true, stt: true }],
  ])('should see what a server has: %s', async (_name, models, capabilities) => {
    const verdict = await check(await start({ apiKey: KEY, models }))
    expect(verdict).toMatchObject({ status: 'valid', capabilities, metadata: { modelCount: models.length } })
  })

  it('should tell a wrong key, a server without a list, silence and a stranger apart', async () => {
    const wrong = await check(await start({ apiKey: KEY }, `${KEY}-wrong`))
    expect(wrong.status).toBe('rejected')
    expect(JSON.stringify(wrong)).not.toContain('T3BlbkFJ')
    await simulator.close()
    const context = await start({})
    const elsewhere = { ...context, origins: { api: simulator.origin } }
    expect((await check(elsewhere)).status).toBe('unverified')
    simulator.setFault('stall')
    expect((await check(context, AbortSignal.timeout(50))).status).toBe('unreachable')
    simulator.setFault('server-error')
    expect((await check(context)).status).toBe('unreachable')
    expect((await check({ ...context, origins: { api: 'http://127.0.0.1:9' } })).status).toBe('unreachable')
  })
})
