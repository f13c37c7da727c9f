import { setImmediate as nextTick } from 'node:timers/promises'
import { afterEach, describe, expect, it } from '@jest/globals'
import OpenAI from 'openai'
import { createOpenAiSimulator, smallTalk } from './index.ts'
import type { OpenAiFault, OpenAiRecord, OpenAiSimulator, OpenAiSimulatorOptions } from './index.ts'

const KEY = 'sk-proj-T3BlbkFJ-good'
const RESTRICTED = 'sk-proj-T3BlbkFJ-restricted'
const EMPTY = 'sk-proj-T3BlbkFJ-empty'
const ask = (text: string) => ({ model: 'gpt-4.1-mini', messages: [{ role: 'user' as const, content: text }] })

let simulator: OpenAiSimulator | undefined
afterEach(async () => {
  await simulator?.close()
  simulator = undefined
})

const start = async (options: Partial<OpenAiSimulatorOptions> = {}) => {
  const keys = { [KEY]: {}, [RESTRICTED]: { canListModels: false, models: ['gpt-4o'] }, [EMPTY]: { hasCredit: false } }
  simulator = await createOpenAiSimulator({ keys, ...options })
  return simulator
}
const clientOf = ({ origin }: OpenAiSimulator, apiKey = KEY) =>
  new OpenAI({ apiKey, baseURL: `${origin}/v1`, maxRetries: 0, logLevel: 'off' })
const post = async ({ origin }: OpenAiSimulator, body: unknown, path = '/v1/chat/completions') => {
  const response = await fetch(`${origin}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return {
    status: response.status,
    body: (await response.json()) as { error: { code: string | null; param: string | null } },
  }
}
const lastOf = ({ requests }: OpenAiSimulator) => requests.at(-1) as OpenAiRecord

describe('the OpenAI simulator with the official SDK', () => {
  it('should stream an answer token by token and close with the usage', async () => {
    const running = await start()
    const stream = await clientOf(running).chat.completions.create({
      ...ask('Tell me about whales.'),
      stream: true,
      stream_options: { include_usage: true },
    })
    const pieces: string[] = []
    let usage: OpenAI.CompletionUsage | null | undefined
    let reason: string | null | undefined
    for await (const chunk of stream) {
      pieces.push(chunk.choices[0]?.delta.content ?? '')
      reason = chunk.choices[0]?.finish_reason ?? reason
      usage = chunk.usage ?? usage
    }
    expect(pieces.join('')).toMatch(/^You said: Tell me about whales\. Let me tell you a little more/)
    expect(pieces.filter(Boolean).length).toBeGreaterThan(20)
    expect(reason).toBe('stop')
    expect(usage).toMatchObject({
      completion_tokens: pieces.filter(Boolean).length,
      prompt_tokens_details: { cached_tokens: 0 },
    })
    expect(await lastOf(running).ended).toBe('completed')
    expect([...running.seenKeys]).toEqual([KEY])
  })

  it('should answer in one piece, cut at the token limit, and with a script of the test', async () => {
    const running = await start({
      script: (messages) => `I heard ${messages.length} messages, the last from ${messages.at(-1)?.role}.`,
    })
    const answer = await clientOf(running).chat.completions.create({ ...ask('Hi'), max_tokens: 3 })
    expect(answer.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: 'I heard 1' } })
    expect(answer.usage?.completion_tokens).toBe(3)
  })

  it('should list and describe models, and let the SDK read the id of a request', async () => {
    const running = await start()
    const client = clientOf(running)
    const list = await client.models.list()
    expect(list.data.map(({ id }) => id)).toContain('gpt-4.1-mini')
    const model = await client.models.retrieve('gpt-4o')
    expect(model.object).toBe('model')
    expect(model._request_id).toMatch(/^req_/)
  })

  it.each<[string, number, string | null]>([
    ['sk-wrong', 401, 'invalid_api_key'],
    ['constructor', 401, 'invalid_api_key'],
    [EMPTY, 429, 'insufficient_quota'],
    [RESTRICTED, 404, 'model_not_found'],
  ])('should refuse key %s', async (key, status, code) => {
    const running = await start()
    await expect(clientOf(running, key).chat.completions.create(ask('Hi'))).rejects.toMatchObject({ status, code })
    expect(running.seenKeys.has(key)).toBe(true)
    expect(lastOf(running).outcome).toBe('refused')
  })

  it('should say which scope a restricted key lacks', async () => {
    const running = await start()
    await expect(clientOf(running, RESTRICTED).models.list()).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('Missing scopes: api.model.read'),
    })
  })

  it.each<[OpenAiFault, number]>([
    ['unauthorized', 401],
    ['insufficient-quota', 429],
    ['rate-limit', 429],
    ['server-error', 500],
  ])('should answer the fault %s with %i until it is lifted', async (fault, status) => {
    const running = await start()
    running.setFault(fault)
    await expect(clientOf(running).chat.completions.create(ask('Hi'))).rejects.toMatchObject({ status })
    running.setFault(undefined)
    expect((await clientOf(running).chat.completions.create(ask('Hi'))).choices).toHaveLength(1)
  })

  it('should fail as often as asked', async () => {
    const running = await start()
    running.setFault('server-error', { times: 1 })
    await expect(clientOf(running).chat.completions.create(ask('Hi'))).rejects.toMatchObject({ status: 500 })
    expect((await clientOf(running).chat.completions.create(ask('Hi'))).choices).toHaveLength(1)
  })

  it('should fail for one key alone', async () => {
    const running = await start()
    running.setFault('unauthorized', { key: RESTRICTED })
    const ask4o = { ...ask('Hi'), model: 'gpt-4o' }
    await expect(clientOf(running, RESTRICTED).chat.completions.create(ask4o)).rejects.toMatchObject({ status: 401 })
    expect((await clientOf(running).chat.completions.create(ask4o)).choices).toHaveLength(1)
    running.setFault(undefined, { key: RESTRICTED })
    expect((await clientOf(running, RESTRICTED).chat.completions.create(ask4o)).choices).toHaveLength(1)
  })

  it.each<[OpenAiFault]>([['close-mid-stream'], ['malformed-sse'], ['error-mid-stream']])(
    'should break a stream off by %s',
    async (fault) => {
      const running = await start()
      running.setFault(fault)
      const stream = await clientOf(running).chat.completions.create({ ...ask('Whales'), stream: true })
      const pieces: string[] = []
      const read = async () => {
        for await (const chunk of stream) pieces.push(chunk.choices[0]?.delta.content ?? '')
      }
      await expect(read()).rejects.toThrow()
      expect(pieces.filter(Boolean).length).toBeGreaterThan(0)
      expect(await lastOf(running).ended).toBe('faulted')
    },
  )

  it.each<[OpenAiFault, number]>([
    ['stall', 0],
    ['stall-before-first-token', 0],
    ['stall-after-first-token', 1],
  ])('should %s until the client goes away, and record that it went', async (fault, tokens) => {
    const running = await start()
    running.setFault(fault)
    const controller = new AbortController()
    const answer = clientOf(running).chat.completions.create(
      { ...ask('Whales'), stream: true },
      { signal: controller.signal },
    )
    const read = async () => {
      for await (const chunk of await answer) if (chunk.choices[0]?.delta.content) controller.abort()
    }
    const reading = read().catch(() => undefined)
    while (tokens === 0 && lastOf(running)?.body === undefined) await nextTick()
    if (tokens === 0) controller.abort()
    await reading
    expect(await lastOf(running).ended).toBe('aborted')
    expect(lastOf(running).tokensSent).toBe(tokens)
  })

  it('should keep to its latencies', async () => {
    const running = await start({
      latencies: { firstTokenMs: 60, perTokenMs: 10 },
      script: () => 'one two three four five',
    })
    const startedAt = performance.now()
    const stream = await clientOf(running).chat.completions.create({ ...ask('Hi'), stream: true })
    const times: number[] = []
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) times.push(performance.now() - startedAt)
    expect(times[0]).toBeGreaterThanOrEqual(58)
    // Counted from the request: pieces that were sent apart may arrive together.
    expect(times[4]).toBeGreaterThanOrEqual(58 + 38)
  })
})

describe('the OpenAI simulator by hand', () => {
  const good = ask('Hi')
  it.each<[string, unknown, number, string | null]>([
    ['a body that is not JSON', '{', 400, null],
    ['no messages', { model: 'gpt-4.1-mini' }, 400, 'missing_required_parameter'],
    ['no message at all', { ...good, messages: [] }, 400, 'invalid_value'],
    ['an unknown role', { ...good, messages: [{ role: 'robot', content: 'x' }] }, 400, 'invalid_value'],
    ['a parameter of the wrong type', { ...good, temperature: '0.5' }, 400, 'invalid_value'],
    ['a temperature out of range', { ...good, temperature: 3 }, 400, 'invalid_value'],
    ['an unknown parameter', { ...good, voice: 'x' }, 400, 'unknown_parameter'],
    ['usage without streaming', { ...good, stream_options: { include_usage: true } }, 400, null],
    [
      'a reasoning model with a temperature',
      { ...good, model: 'gpt-5-mini', temperature: 0.2 },
      400,
      'unsupported_value',
    ],
    [
      'a reasoning model with max_tokens',
      { ...good, model: 'gpt-5-mini', max_tokens: 9 },
      400,
      'unsupported_parameter',
    ],
    ['an unknown model', { ...good, model: 'gpt-99' }, 404, 'model_not_found'],
  ])('should refuse %s', async (_name, body, status, code) => {
    const answer = await post(await start(), body)
    expect(answer).toMatchObject({ status, body: { error: { code } } })
  })

  it('should have no Responses API, and refuse a request without a key', async () => {
    const running = await start()
    expect((await post(running, { model: 'gpt-4.1-mini', input: 'Hi' }, '/v1/responses')).status).toBe(404)
    expect((await fetch(`${running.origin}/v1/models`)).status).toBe(401)
  })
})

describe('small talk', () => {
  it('should be deterministic and repeat what it does not know', () => {
    const heard = [{ role: 'user', content: 'Where is my parcel?' }]
    expect(smallTalk(heard)).toBe(smallTalk(heard))
    expect(smallTalk(heard)).toMatch(/^You said: Where is my parcel\. /)
    expect(smallTalk([{ role: 'user', content: 'Good morning' }])).toMatch(/^Hello/)
    expect(smallTalk([])).toBe('Hello. I am listening.')
  })
})
