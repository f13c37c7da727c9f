import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createOpenAI } from '@ai-sdk/openai'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isProviderError } from '../../src/provider-kit/index.ts'
import { llm } from './llm.ts'

const PLATFORM_KEY = 'sk-platform-key-that-must-never-be-used'

describe('a request without a key', () => {
  const before = process.env.OPENAI_API_KEY
  let server: Server
  let seen: string[]
  beforeEach(async () => {
    process.env.OPENAI_API_KEY = PLATFORM_KEY
    seen = []
    server = createServer((request, response) => {
      seen.push(String(request.headers.authorization))
      response.writeHead(401, { 'content-type': 'application/json' }).end('{}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterEach(async () => {
    if (before === undefined) delete process.env.OPENAI_API_KEY
    else process.env.OPENAI_API_KEY = before
    await new Promise((resolve) => server.close(resolve))
  })
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  it('should take the key of the environment in the library itself: what this guards against', async () => {
    const model = createOpenAI({ apiKey: undefined, baseURL: `${origin()}/v1` }).chat('gpt-4.1-mini')
    await expect(
      model.doGenerate({ prompt: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }] }),
    ).rejects.toThrow()
    expect(seen).toEqual([`Bearer ${PLATFORM_KEY}`])
  })

  it.each([[{}], [{ apiKey: undefined }], [{ apiKey: '' }], [{ apiKey: '  ' }]])(
    'should be refused here before anything is sent: %j',
    (credentials) => {
      const context = { credentials: credentials as { apiKey: string }, origins: { api: origin() } }
      let refusal: unknown
      try {
        llm.create(context, {})
      } catch (error) {
        refusal = error
      }
      expect(isProviderError(refusal) && refusal.kind).toBe('rejected')
      expect(seen).toEqual([])
    },
  )
})
