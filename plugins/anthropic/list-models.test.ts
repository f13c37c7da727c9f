import { afterEach, describe, expect, it } from '@jest/globals'
import { createAnthropicSimulator } from '../../simulators/anthropic/index.ts'
import { DEFAULT_MODEL, llm } from './llm.ts'

const KEY = 'sk-ant-api03-T3BlbkFJ'
let close: (() => Promise<void>) | undefined
afterEach(async () => close?.())

const start = async (models?: readonly string[]) => {
  const simulator = await createAnthropicSimulator({ keys: { [KEY]: models ? { models } : {} } })
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
    const models = await list((await start(['claude-sonnet-5-5'])).origin)
    expect(models?.map(({ id }) => id)).toEqual(['claude-sonnet-5-5'])
  })

  it('should tell a refusal, a broken connection and an end of patience apart, without the key', async () => {
    const { origin } = await start()
    const wrong = await list(origin, `${KEY}-wrong`)?.catch((error: unknown) => error)
    expect(wrong).toMatchObject({ kind: 'rejected', provider: 'anthropic' })
    expect(JSON.stringify(wrong) + String(wrong)).not.toContain(KEY)
    await expect(list('http://127.0.0.1:9')).rejects.toMatchObject({ kind: 'unreachable' })
    await expect(list(origin, KEY, AbortSignal.abort())).rejects.toMatchObject({ kind: 'timeout' })
  })
})
