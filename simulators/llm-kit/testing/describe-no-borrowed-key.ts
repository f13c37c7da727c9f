import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { isProviderError } from '../../../src/provider-kit/index.ts'
import type { LlmCapability } from '../../../src/provider-kit/index.ts'
import type { AiSdkModel } from '../../../src/provider-kit/ai-sdk-llm.ts'
import { ask, collect, serveAnswers } from './llm-driver.ts'

const PLATFORM_KEY = 'platform-key-that-must-never-be-used'
/** Where nothing listens: a request that went to an address of the environment would fail to connect. */
const NOWHERE = 'http://127.0.0.1:9'

type NoBorrowedKeyOptions = {
  llm: LlmCapability<{ apiKey: string }>
  /** Variables that the library reads a key from. */
  keyVariables: readonly string[]
  /** Variables that it reads an address from. */
  addressVariables?: readonly string[]
  /** The library's model without a key: what the plugin guards against. */
  createUnguarded(origin: string): AiSdkModel
}

/** That a request without a key is refused and never paid by a key of the environment, nor sent to an address of it. */
export function describeNoBorrowedKey(options: NoBorrowedKeyOptions): void {
  const { llm, keyVariables, addressVariables = [], createUnguarded } = options
  describe('a request without a key', () => {
    const before = new Map<string, string | undefined>()
    let server: Awaited<ReturnType<typeof serveAnswers>>
    beforeEach(async () => {
      for (const name of [...keyVariables, ...addressVariables]) before.set(name, process.env[name])
      for (const name of keyVariables) process.env[name] = PLATFORM_KEY
      for (const name of addressVariables) process.env[name] = NOWHERE
      server = await serveAnswers(() => ({ status: 401, body: {} }))
    })
    afterEach(async () => {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
      }
      await server.close()
    })
    const sent = () => JSON.stringify(server.seen)

    it('should take the key of the environment in the library itself: what this guards against', async () => {
      const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hello' }] }]
      await expect(createUnguarded(server.origin).doGenerate({ prompt })).rejects.toThrow()
      expect(sent()).toContain(PLATFORM_KEY)
    })

    it.each([[{}], [{ apiKey: undefined }], [{ apiKey: '' }], [{ apiKey: '  ' }]])(
      'should be refused here before anything is sent: %j',
      (credentials) => {
        let refusal: unknown
        try {
          llm.create({ credentials: credentials as { apiKey: string }, origins: { api: server.origin } }, {})
        } catch (error) {
          refusal = error
        }
        expect(isProviderError(refusal) && refusal.kind).toBe('rejected')
        expect(server.seen).toEqual([])
      },
    )

    it('should go to the given address with the given key, whatever the environment says', async () => {
      await expect(collect(ask(llm, { apiKey: 'own-key', origin: server.origin }))).rejects.toMatchObject({
        kind: 'rejected',
      })
      expect(server.seen).toHaveLength(1)
      expect(sent()).toContain('own-key')
      expect(sent()).not.toContain(PLATFORM_KEY)
    })
  })
}
