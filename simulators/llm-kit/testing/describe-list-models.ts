import { afterEach, describe, expect, it } from '@jest/globals'
import type { LlmCapability } from '../../../src/provider-kit/index.ts'

/** Accounts of a simulator by key, and the models that each may use; without a list all of them. */
type Accounts = Readonly<Record<string, { models?: readonly string[] }>>

type ListModelsOptions = {
  llm: LlmCapability<{ apiKey: string }>
  provider: string
  /** A key of the provider's shape. */
  key: string
  /** A model of the simulator beside the default one. */
  otherModel: string
  create(keys: Accounts): Promise<{ origin: string; requests: readonly unknown[]; close(): Promise<void> }>
}

/** That the models of a key are listed as the key may use them, and refusals told apart. */
export function describeListModels({ llm, provider, key, otherModel, create }: ListModelsOptions): void {
  describe('listing the models of a key', () => {
    let close: (() => Promise<void>) | undefined
    afterEach(async () => close?.())

    const start = async (models?: readonly string[]) => {
      const simulator = await create({ [key]: models ? { models } : {} })
      close = () => simulator.close()
      return simulator
    }
    const list = async (api: string, apiKey = key, signal = new AbortController().signal) =>
      (await llm.listModels?.({ credentials: { apiKey }, origins: { api }, signal })) ?? []

    it('should name those that converse, each once', async () => {
      const simulator = await start()
      const models = await list(simulator.origin)
      const ids = models.map(({ id }) => id)
      expect(ids).toContain(llm.defaultModel)
      expect(new Set(ids).size).toBe(ids.length)
      expect(models.every(({ name }) => name.length > 0)).toBe(true)
      expect(simulator.requests).toHaveLength(1)
    })

    it('should name only what is open to the key', async () => {
      const models = await list((await start([otherModel])).origin)
      expect(models.map(({ id }) => id)).toEqual([otherModel])
    })

    it('should tell a refusal, a broken connection and an end of patience apart, without the key', async () => {
      const { origin } = await start()
      const wrong = await list(origin, `${key}-wrong`).catch((error: unknown) => error)
      expect(wrong).toMatchObject({ kind: 'rejected', provider })
      expect(JSON.stringify(wrong) + String(wrong)).not.toContain(key)
      await expect(list('http://127.0.0.1:9')).rejects.toMatchObject({ kind: 'unreachable' })
      await expect(list(origin, key, AbortSignal.abort())).rejects.toMatchObject({ kind: 'timeout' })
    })
  })
}
