import { afterEach, describe, expect, it } from '@jest/globals'
import {
  createOpenStreams,
  errorAmong,
  heardOf,
  say,
  silence,
  turnsOf,
} from '../../simulators/kit/testing/open-streams.ts'
import type { OpenAiFault } from '../../simulators/openai/index.ts'
import { createOpenAiCompatibleSimulator } from '../../simulators/openaicompatible/index.ts'
import type { CompatibleSimulator, CompatibleSimulatorOptions } from '../../simulators/openaicompatible/index.ts'
import { listUtterances } from '../../simulators/speech/index.ts'
import type { LlmEvent } from '../../src/provider-kit/index.ts'
import { answering } from '../../src/testing/conformance/index.ts'
import type { Answer } from '../../src/testing/conformance/index.ts'
import plugin from './index.ts'

const KEY = 'token-T3BlbkFJ-good'
const { llm, stt, tts } = plugin as Required<typeof plugin>
const spoken = listUtterances().filter((utterance) => utterance.text && !utterance.segments)

const streams = createOpenStreams()
let simulator: CompatibleSimulator
afterEach(async () => {
  await streams.closeAll()
  await simulator.close()
})

const start = async (options: CompatibleSimulatorOptions = { apiKey: KEY }, apiKey = options.apiKey) => {
  simulator = await createOpenAiCompatibleSimulator(options)
  const credentials = { baseUrl: simulator.baseUrl, ...(apiKey && { apiKey }) }
  return { credentials, origins: { api: simulator.baseUrl } }
}
const never = () => new AbortController().signal
const bodiesOf = (path: string) => simulator.requests.filter((request) => request.path === path).map(({ body }) => body)

const read = async (stream: AsyncIterable<LlmEvent>) => {
  const events: LlmEvent[] = []
  for await (const event of stream) events.push(event)
  return events
}
const ask = (context: Awaited<ReturnType<typeof start>>, options = {}) =>
  read(
    llm
      .create(context, options)
      .stream({ system: 'Be brief.', messages: [{ role: 'user', content: 'Good morning' }], signal: never() }),
  )

describe('a language model of a server of one’s own', () => {
  it('should answer with the first model that the server lists, looked up once', async () => {
    const context = await start()
    const model = llm.create(context, { temperature: 0.3, maxTokens: 50 })
    for (let turn = 0; turn < 2; turn++) {
      const messages = [{ role: 'user' as const, content: 'Good morning' }]
      const events = await read(model.stream({ system: '', messages, signal: never() }))
      const text = events.flatMap((event) => (event.type === 'text' ? [event.text] : [])).join('')
      expect(text).toMatch(/^Hello, and thank you for calling/)
      expect(events.at(-1)).toMatchObject({ type: 'finish', usage: { outputTokens: expect.any(Number) } })
    }
    expect(bodiesOf('/v1/chat/completions')[0]).toMatchObject({ model: 'qwen3-8b-instruct', temperature: 0.3 })
    expect(simulator.requests.map(({ path }) => path)).toEqual([
      '/v1/models',
      '/v1/chat/completions',
      '/v1/chat/completions',
    ])
    expect([...simulator.seenKeys]).toEqual([KEY])
  })

  it('should send no key where there is none, and none out of the environment', async () => {
    process.env.OPENAICOMPATIBLE_API_KEY = 'sk-somebody-elses'
    try {
      await ask(await start({}))
    } finally {
      delete process.env.OPENAICOMPATIBLE_API_KEY
    }
    expect([...simulator.seenKeys]).toEqual([])
  })

  it.each<[string, object, string, string]>([
    ['a wrong key', {}, `${KEY}-wrong`, 'rejected'],
    ['a model that the server lacks', { model: 'llama' }, KEY, 'invalid-request'],
  ])('should tell of %s', async (_name, options, apiKey, kind) => {
    const context = await start({ apiKey: KEY }, apiKey)
    const error = await ask(context, options).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ provider: 'openaicompatible', kind })
    expect(`${JSON.stringify(error)} ${(error as Error).stack}`).not.toContain('T3BlbkFJ')
  })

  describe('that a stranger wrote', () => {
    const askStranger = async (answer: Answer) => {
      simulator = { ...(await answering(() => answer)()), baseUrl: '' } as CompatibleSimulator
      const context = { credentials: { baseUrl: simulator.origin, apiKey: KEY }, origins: { api: simulator.origin } }
      return ask(context, { model: 'llama' }).catch((reason: unknown) => reason)
    }
    const chunk = (choice: object) =>
      `data: ${JSON.stringify({ id: 'chatcmpl-1', created: 1, model: 'llama', choices: [{ index: 0, ...choice }] })}\n\n`
    const hello = chunk({ delta: { role: 'assistant', content: 'Hello.' } })
    const headers = { 'content-type': 'text/event-stream', 'x-request-id': KEY }

    it('should bring no key back as the id of a request, neither of an answer nor of a refusal', async () => {
      const body = `${hello}${chunk({ delta: {}, finish_reason: 'stop' })}data: [DONE]\n\n`
      const events = await askStranger({ status: 200, headers, body })
      expect(events).toMatchObject([
        { type: 'text', text: 'Hello.' },
        { type: 'finish', reason: 'stop' },
      ])
      expect(JSON.stringify(events)).not.toContain(KEY)
      await simulator.close()
      const refusal = await askStranger({ status: 400, headers, body: {} })
      expect(refusal).toMatchObject({ kind: 'invalid-request' })
      expect(JSON.stringify(refusal)).not.toContain(KEY)
    })

    it.each([
      [500, 'unreachable'],
      [429, 'rate-limited'],
      [7, 'failed'],
    ])('should be understood where it writes the status %i into a stream', async (code, kind) => {
      const error = { message: 'CUDA out of memory', type: 'InternalServerError', code }
      const failure = await askStranger({
        status: 200,
        headers,
        body: `${hello}data: ${JSON.stringify({ error })}\n\n`,
      })
      expect(failure).toMatchObject({ kind })
    })
  })

  it('should list its models by what they are for', async () => {
    const context = await start()
    expect(await llm.listModels?.({ ...context, signal: never() })).toEqual([
      { id: 'qwen3-8b-instruct', name: 'qwen3-8b-instruct' },
    ])
    expect(await tts.listVoices?.({ ...context, signal: never() })).toEqual([
      { id: 'alloy', name: 'alloy' },
      { id: 'nova', name: 'nova' },
    ])
  })
})

describe('voices of a server of one’s own', () => {
  it.each(['mulaw', 'alaw'] as const)('should speak in %s', async (encoding) => {
    const { speak } = streams.speakWith(tts, await start(), { format: { encoding, sampleRate: 8000 }, voice: 'nova' })
    const { write, finish, log, events } = speak()
    write('Good morning. ')
    write('How are you?')
    finish()
    await log.until('done')
    expect(heardOf(events, encoding)).toBe('good morning.how are you?')
    expect(bodiesOf('/v1/audio/speech')).toEqual([
      { model: 'kokoro-tts', voice: 'nova', input: 'Good morning.', response_format: 'pcm' },
      { model: 'kokoro-tts', voice: 'nova', input: 'How are you?', response_format: 'pcm' },
    ])
  })

  it('should look for the model again where the utterance that began to look is cancelled', async () => {
    const context = await start()
    let tellAsked = () => {}
    const isAsked = new Promise<void>((resolve) => (tellAsked = resolve))
    let looks = 0
    /** The first look has no end but the caller's. */
    const slow: typeof globalThis.fetch = (input, init) => {
      if (!String(input).endsWith('/models') || ++looks > 1) return fetch(input, init)
      tellAsked()
      return new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(new Error('gone'))))
    }
    const { speak } = streams.speakWith(tts, { ...context, fetch: slow })
    const greeting = speak()
    greeting.write('Never heard. ')
    await isAsked
    const next = speak()
    next.write('I am listening. ')
    next.finish()
    greeting.cancel()
    await next.log.until('done')
    expect(heardOf(next.events)).toBe('i am listening.')
  })

  it('should tell of a server that has no voices', async () => {
    const { speak } = streams.speakWith(tts, await start({ apiKey: KEY, models: ['qwen3-8b-instruct'] }))
    const { write, finish, log, events } = speak()
    write('Hello. ')
    finish()
    await log.until('error')
    expect(errorAmong(events, 'T3BlbkFJ').kind).toBe('invalid-request')
  })
})

describe('transcription by a server of one’s own', () => {
  it.each(['mulaw', 'alaw'] as const)(
    'should hear every utterance in %s as one turn each, in order',
    async (encoding) => {
      const context = await start()
      const { stream, log, send, events } = streams.listen(stt, context, { format: { encoding, sampleRate: 8000 } })
      const heard: number[] = []
      for (const { id } of spoken) {
        send(say(id, encoding))
        heard.push(events.length)
        await log.until('end-of-turn', heard.length)
      }
      stream.close()
      await log.until('closed')
      expect(turnsOf(events)).toEqual(spoken.map(({ text }) => text))
      expect(events.filter(({ type }) => type === 'speech-started')).toHaveLength(spoken.length)
      expect(events.at(-1)).toMatchObject({ type: 'closed', audioMs: expect.any(Number) })
    },
  )

  it('should pass language and key terms on, and name the model that was asked for', async () => {
    const context = await start()
    const options = { language: 'de-AT', keyterms: ['Brezel', 'Torte'], model: 'whisper-large-v3' }
    const { log, send } = streams.listen(stt, context, options)
    send(say('hello'))
    await log.until('end-of-turn')
    expect(bodiesOf('/v1/audio/transcriptions')).toEqual([
      { model: 'whisper-large-v3', language: 'de', prompt: 'Brezel, Torte', responseFormat: 'json' },
    ])
  })

  it('should tell of nothing after a failure, whatever else came in the same piece of audio', async () => {
    const context = await start()
    simulator.setFault('stall')
    const { stream, log } = streams.listen(stt, context)
    stream.send(Buffer.concat(Array.from({ length: 8 }, () => say('hello'))))
    await log.until('closed')
    expect(log.types().slice(-2)).toEqual(['error', 'closed'])
  })

  it('should transcribe what is in hand when it closes, and send nothing of silence', async () => {
    const context = await start({ apiKey: KEY, latencies: { transcriptMs: 30 } })
    const { stream, log, send, events } = streams.listen(stt, context)
    send(silence(2000))
    send(say('hello', 'mulaw', { after: 0 }))
    stream.close()
    await log.until('closed')
    expect(turnsOf(events)).toEqual(['Hello.'])
    expect(bodiesOf('/v1/audio/transcriptions')).toHaveLength(1)
  })

  it('should close although the server does not answer', async () => {
    const context = await start()
    simulator.setFault('stall')
    const { stream, log, send } = streams.listen(stt, context)
    send(say('hello'))
    stream.close()
    await log.until('closed')
    expect(log.types()).toEqual(['open', 'speech-started', 'closed'])
  })

  it('should deliver nothing but closed once it was destroyed', async () => {
    const context = await start({ apiKey: KEY, latencies: { transcriptMs: 30 } })
    const { stream, log, send } = streams.listen(stt, context)
    await log.until('open')
    send(say('hello'))
    stream.destroy()
    await log.until('closed')
    expect(log.types()).toEqual(['open', 'speech-started', 'closed'])
  })

  it.each<[OpenAiFault, string]>([
    ['unauthorized', 'rejected'],
    ['rate-limit', 'rate-limited'],
    ['server-error', 'unreachable'],
  ])('should name the fault %s %s, once', async (fault, kind) => {
    const context = await start()
    simulator.setFault(fault)
    const { log, send, events } = streams.listen(stt, context)
    send(say('hello'))
    send(say('stop'))
    await log.until('closed')
    expect(errorAmong(events, 'T3BlbkFJ').kind).toBe(kind)
    expect(log.types().at(-1)).toBe('closed')
  })
})
