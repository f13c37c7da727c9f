import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { ProviderError } from './errors.ts'
import { createHttpTts } from './http-tts.ts'
import type { HttpTtsOptions } from './http-tts.ts'
import type { TtsConnectionEvent, TtsEvent } from './tts.ts'

const KEY = 'sk-secret-T3BlbkFJ'

/** One request as the server saw it; a test answers it. */
type Asked = { text: string; response: ServerResponse; isGone: Promise<unknown> }

const servers: Server[] = []
const opened: { destroy(): void }[] = []
afterEach(async () => {
  for (const connection of opened.splice(0)) connection.destroy()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

const serve = async () => {
  const asked: Asked[] = []
  let wake = () => {}
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { text } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { text: string }
    asked.push({ text, response, isGone: once(response, 'close') })
    wake()
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const until = async (count: number): Promise<Asked> => {
    while (asked.length < count) await new Promise<void>((resolve) => (wake = resolve))
    return asked[count - 1] as Asked
  }
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, until }
}

const connect = (origin: string, options: Partial<HttpTtsOptions> = {}) => {
  const connectionEvents: TtsConnectionEvent[] = []
  const connection = createHttpTts(
    {
      provider: 'local',
      providerName: 'Local',
      format: { encoding: 'mulaw', sampleRate: 8000 },
      fromRate: 24_000,
      toRequest: (text) => ({ url: `${origin}/speech`, headers: { authorization: `Bearer ${KEY}` }, body: { text } }),
      mapError: ({ status, requestId }) =>
        new ProviderError({ provider: 'local', kind: 'rate-limited', message: 'No.', status, requestId }),
      ...options,
    },
    (event) => connectionEvents.push(event),
  )
  opened.push(connection)
  const speak = () => {
    const events: TtsEvent[] = []
    let wake = () => {}
    const utterance = connection.speak((event) => {
      events.push(event)
      wake()
    })
    const until = async (matches: (events: readonly TtsEvent[]) => boolean) => {
      while (!matches(events)) await new Promise<void>((resolve) => (wake = resolve))
    }
    const over = () => until((all) => all.some(({ type }) => type === 'done' || type === 'error'))
    return { utterance, events, until, over }
  }
  return { connection, connectionEvents, speak }
}

/** `ms` of a level tone at 24 kHz; its level survives the way to 8 kHz. */
const level = (ms: number, value: number) => {
  const samples = Buffer.alloc(ms * 24 * 2)
  for (let at = 0; at < samples.length; at += 2) samples.writeInt16LE(value, at)
  return samples
}
const audioOf = (events: readonly TtsEvent[]) =>
  Buffer.concat(events.map((event) => (event.type === 'audio' ? event.audio : Buffer.alloc(0))))
const hasAudio = (events: readonly TtsEvent[]) => events.some(({ type }) => type === 'audio')
const errorOf = (events: readonly TtsEvent[]) => {
  const last = events.at(-1)
  if (last?.type !== 'error') throw new Error(`ended with ${last?.type}`)
  expect(JSON.stringify(last) + String(last.error.stack)).not.toContain(KEY)
  return last.error
}

describe('speech by one request for each piece of text', () => {
  it('should ask for each clause as it stands, two at once, and be heard in order', async () => {
    const server = await serve()
    const { speak, connection, connectionEvents } = connect(server.origin)
    const { utterance, events, over, until } = speak()
    utterance.write('Good morning. Your ')
    const first = await server.until(1)
    utterance.write('table is ready. It is by')
    const second = await server.until(2)
    utterance.write(' the window. Enjoy')
    utterance.finish()
    expect([first.text, second.text]).toEqual(['Good morning.', 'Your table is ready.'])
    // The second comes before the first, and waits for it.
    second.response.end(level(60, -8000))
    await second.isGone
    expect(hasAudio(events)).toBe(false)
    const third = await server.until(3)
    expect(third.text).toBe('It is by the window. Enjoy')
    first.response.write(level(60, 8000))
    await until(hasAudio)
    first.response.end()
    third.response.end(level(60, 100))
    await over()
    expect(events.at(-1)).toEqual({ type: 'done' })
    const audio = audioOf(events)
    expect(audio).toHaveLength(3 * 60 * 8)
    const middle = [30, 90, 150].map((ms) => audio[ms * 8] as number)
    // Mu-law: the sign bit is set for positive samples.
    expect(middle.map((byte) => byte >= 0x80)).toEqual([true, false, true])
    connection.close()
    await Promise.resolve()
    await Promise.resolve()
    expect(connectionEvents).toEqual([
      { type: 'open' },
      { type: 'closed', characters: 'Good morning.Your table is ready.It is by the window. Enjoy'.length },
    ])
  })

  it('should never have more than two requests at once', async () => {
    const server = await serve()
    const { utterance, over, events } = connect(server.origin, { maxChars: 20 }).speak()
    utterance.write('One is said first. Two is said after. Three comes then. ')
    utterance.finish()
    const first = await server.until(2).then(() => server.asked[0] as Asked)
    expect(server.asked.map(({ text }) => text)).toEqual(['One is said first.', 'Two is said after.'])
    first.response.end(level(20, 1))
    const third = await server.until(3)
    expect(third.text).toBe('Three comes then.')
    server.asked[1]?.response.end(level(20, 1))
    third.response.end(level(20, 1))
    await over()
    expect(events.at(-1)?.type).toBe('done')
  })

  it.each(['mulaw', 'alaw'] as const)(
    'should carry samples that were cut in the middle over, in %s',
    async (encoding) => {
      const server = await serve()
      const { utterance, over, events } = connect(server.origin, { format: { encoding, sampleRate: 8000 } }).speak()
      utterance.write('Hello there.')
      utterance.finish()
      const { response } = await server.until(1)
      const samples = level(30, 8000)
      for (let at = 0; at < samples.length; at += 101) response.write(samples.subarray(at, at + 101))
      response.end()
      await over()
      expect(audioOf(events)).toHaveLength(30 * 8)
      expect(new Set(audioOf(events).subarray(80, 160)).size).toBe(1)
    },
  )

  it('should end at once where there is nothing to say, and say nothing of marks alone', async () => {
    const server = await serve()
    const { utterance, over, events } = connect(server.origin).speak()
    utterance.write(' … ')
    utterance.finish()
    await over()
    expect(events).toEqual([{ type: 'done' }])
    expect(server.asked).toEqual([])
  })

  it('should end every request of a cancelled utterance, deliver no more, and go on speaking', async () => {
    const server = await serve()
    const { speak } = connect(server.origin)
    const { utterance, events, until } = speak()
    utterance.write('One. ')
    const first = await server.until(1)
    utterance.write('Two. ')
    const second = await server.until(2)
    first.response.write(level(60, 100))
    await until(hasAudio)
    utterance.cancel()
    const count = events.length
    await Promise.all([first.isGone, second.isGone])
    const next = speak()
    next.utterance.write('Yes. ')
    next.utterance.finish()
    ;(await server.until(3)).response.end(level(20, 100))
    await next.over()
    expect(next.events.at(-1)?.type).toBe('done')
    expect(events).toHaveLength(count)
  })

  it('should hear all before a piece that fails, then one error, and ask for nothing more', async () => {
    const server = await serve()
    const { utterance, events, over } = connect(server.origin).speak()
    utterance.write('One. ')
    const first = await server.until(1)
    utterance.write('Two. ')
    const second = await server.until(2)
    utterance.write('Three. ')
    second.response.writeHead(429, { 'x-request-id': 'req_1' }).end(JSON.stringify({ error: { message: KEY } }))
    await second.isGone
    first.response.end(level(60, 100))
    await over()
    expect(audioOf(events)).toHaveLength(480)
    expect(errorOf(events)).toMatchObject({ kind: 'rate-limited', status: 429, requestId: 'req_1' })
    expect(server.asked).toHaveLength(2)
  })

  it.each<[string, Partial<HttpTtsOptions>, (asked: Asked) => void, string]>([
    ['no answer', { firstByteMs: 30 }, () => {}, 'timeout'],
    ['a stall after some audio', { nextBytesMs: 30 }, ({ response }) => response.write(level(60, 1)), 'timeout'],
    [
      'a break after some audio',
      {},
      ({ response }) => response.write(level(60, 1), () => response.destroy()),
      'closed',
    ],
    ['no connection', {}, ({ response }) => response.destroy(), 'unreachable'],
    ['no audio at all', {}, ({ response }) => response.end(), 'failed'],
    [
      'an answer that is no speech',
      {},
      ({ response }) => response.writeHead(200, { 'content-type': 'audio/mpeg' }).end(level(60, 1)),
      'failed',
    ],
    [
      'a redirect',
      {},
      ({ response }) => response.writeHead(307, { location: 'http://169.254.169.254/' }).end(),
      'failed',
    ],
  ])('should tell of %s', async (_name, options, answer, kind) => {
    const server = await serve()
    const { utterance, events, over } = connect(server.origin, options).speak()
    utterance.write('Hello there. ')
    utterance.finish()
    answer(await server.until(1))
    await over()
    expect(errorOf(events)).toMatchObject({ provider: 'local', kind })
    expect(server.asked).toHaveLength(1)
  })

  it('should not take a pause of whoever writes for one of the provider', async () => {
    const server = await serve()
    const { utterance, events, over } = connect(server.origin, { firstByteMs: 20, nextBytesMs: 20 }).speak()
    utterance.write('One. ')
    ;(await server.until(1)).response.end(level(20, 1))
    await new Promise((resolve) => setTimeout(resolve, 60))
    utterance.write('Two. ')
    ;(await server.until(2)).response.end(level(20, 1))
    utterance.finish()
    await over()
    expect(events.at(-1)?.type).toBe('done')
  })

  it('should tell of warnings after it opened, and nothing but closed once it was dropped before', async () => {
    const server = await serve()
    const { connectionEvents } = connect(server.origin, { warnings: ['No language.'] })
    const dropped = connect(server.origin)
    dropped.connection.destroy()
    const late = dropped.speak()
    await late.over()
    expect(connectionEvents).toEqual([{ type: 'open' }, { type: 'warning', message: 'No language.' }])
    expect(dropped.connectionEvents).toEqual([{ type: 'closed', characters: 0 }])
    expect(errorOf(late.events).kind).toBe('closed')
  })
})
