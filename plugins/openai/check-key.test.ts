import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { KeyStatus, KeyVerdict } from '../../src/provider-kit/index.ts'
import { createOpenAiSimulator } from '../../simulators/openai/index.ts'
import openai from './index.ts'

type Fixture = { name: string; status: number; body: unknown; verdict: KeyStatus; llm?: boolean }
const fixtures = JSON.parse(readFileSync(new URL('./fixtures/check-key.json', import.meta.url), 'utf8')) as Fixture[]

const KEY = 'sk-proj-secret0T3BlbkFJ0tail'
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

const serve = async (status: number, body: unknown) => {
  const server = createServer((_request, response) => {
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const check = async (origin: string, apiKey = KEY, signal = new AbortController().signal): Promise<KeyVerdict> => {
  const verdict = await openai.checkKey({ credentials: { apiKey }, origins: { api: origin }, signal })
  expect(JSON.stringify(verdict)).not.toContain('T3BlbkFJ')
  return verdict
}

describe('checking an OpenAI key', () => {
  it('should accept a good key and count its models', async () => {
    const simulator = await createOpenAiSimulator({ keys: { [KEY]: {}, [`${KEY}2`]: { models: ['gpt-4o'] } } })
    cleanups.push(() => simulator.close())
    expect(await check(simulator.origin)).toEqual({
      status: 'valid',
      capabilities: { llm: true, tts: true, stt: true },
      message: 'The key works: 15 models are open to it.',
      metadata: { modelCount: 15, hasDefaultModel: true },
    })
    const narrow = await check(simulator.origin, `${KEY}2`)
    expect(narrow).toMatchObject({ status: 'valid', metadata: { modelCount: 1, hasDefaultModel: false } })
    expect(narrow.capabilities).toEqual({ llm: true, tts: false, stt: false })
    expect(narrow.message).toContain('gpt-4.1-mini')
    expect(simulator.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v1/models',
      'GET /v1/models',
    ])
  })

  it('should explain an admin key without sending it anywhere', async () => {
    const simulator = await createOpenAiSimulator({ keys: {} })
    cleanups.push(() => simulator.close())
    const verdict = await check(simulator.origin, 'sk-admin-T3BlbkFJ')
    expect(verdict).toMatchObject({ status: 'rejected', capabilities: { llm: false, tts: false, stt: false } })
    expect(verdict.message).toMatch(/admin key .* project API key/)
    expect(simulator.seenKeys.size).toBe(0)
  })

  it.each(fixtures)('should read "$name" as $verdict', async ({ status, body, verdict, llm }) => {
    const answer = await check(await serve(status, body))
    expect(answer.status).toBe(verdict)
    expect(answer.capabilities).toEqual(llm === undefined ? {} : { llm, tts: llm, stt: llm })
    expect(answer.message.length).toBeGreaterThan(20)
  })

  it('should call a provider that is not there, or too slow, unreachable', async () => {
    expect((await check('http://127.0.0.1:9')).status).toBe('unreachable')
    const simulator = await createOpenAiSimulator({ keys: { [KEY]: {} } })
    cleanups.push(() => simulator.close())
    simulator.setFault('stall')
    expect((await check(simulator.origin, KEY, AbortSignal.timeout(100))).status).toBe('unreachable')
  })
})
