import { afterEach, describe, expect, it } from '@jest/globals'
import { createOpenAiSimulator } from '../../simulators/openai/index.ts'
import { isChatModel } from './list-models.ts'
import { DEFAULT_MODEL, llm } from './llm.ts'

const KEY = 'sk-proj-T3BlbkFJ-good'
let close: (() => Promise<void>) | undefined
afterEach(async () => close?.())

const start = async (models?: readonly string[]) => {
  const simulator = await createOpenAiSimulator({ keys: { [KEY]: models ? { models } : {} } })
  close = () => simulator.close()
  return simulator
}
const list = (api: string, apiKey = KEY, signal = new AbortController().signal) =>
  llm.listModels?.({ credentials: { apiKey }, origins: { api }, signal })

describe('listing the models of a key', () => {
  it('should name those that converse, each once', async () => {
    const simulator = await start()
    const models = (await list(simulator.origin)) ?? []
    const ids = models.map(({ id }) => id)
    expect(ids).toContain(DEFAULT_MODEL)
    expect(new Set(ids).size).toBe(ids.length)
    expect(models.every(({ name }) => name.length > 0)).toBe(true)
    expect(simulator.requests).toHaveLength(1)
  })

  it('should name only what is open to the key', async () => {
    const models = await list((await start(['gpt-4o'])).origin)
    expect(models?.map(({ id }) => id)).toEqual(['gpt-4o'])
  })

  it('should tell a refusal, a broken connection and an end of patience apart, without the key', async () => {
    const { origin } = await start()
    const wrong = await list(origin, `${KEY}-wrong`)?.catch((error: unknown) => error)
    expect(wrong).toMatchObject({ kind: 'rejected', provider: 'openai' })
    expect(JSON.stringify(wrong) + String(wrong)).not.toContain(KEY)
    await expect(list('http://127.0.0.1:9')).rejects.toMatchObject({ kind: 'unreachable' })
    await expect(list(origin, KEY, AbortSignal.abort())).rejects.toMatchObject({ kind: 'timeout' })
  })

  it.each([
    ['gpt-4.1-mini', true],
    ['gpt-5.1-2025-11-13', true],
    ['o4-mini', true],
    ['chatgpt-4o-latest', true],
    ['ft:gpt-4.1-mini:audio-shop:search:abc', true],
    ['gpt-4o-transcribe', false],
    ['gpt-4o-mini-tts', false],
    ['gpt-realtime-2', false],
    ['gpt-audio', false],
    ['gpt-image-2', false],
    ['gpt-5-pro', false],
    ['gpt-5-codex', false],
    ['whisper-1', false],
    ['text-embedding-3-small', false],
  ])('should see of %s whether it converses: %s', (id, converses) => {
    expect(isChatModel(id)).toBe(converses)
  })
})
