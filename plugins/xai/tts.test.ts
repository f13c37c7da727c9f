import { describe, expect, it } from '@jest/globals'
import type { WebSocket } from 'ws'
import { errorAmong, heardOf } from '../../simulators/kit/testing/open-streams.ts'
import type { LlmFault } from '../../simulators/llm-kit/index.ts'
import { toSpeakable } from '../../simulators/tone-speech/index.ts'
import type { XaiSimulatedKey } from '../../simulators/xai/index.ts'
import type { TtsOptions } from '../../src/provider-kit/index.ts'
import { createVoiceHarness, KEY } from './testing/voice-harness.ts'
import { createXaiTts, tts } from './tts.ts'

const TEXT = 'Good morning. Your table for 2 is ready, whenever you are.'
const { connect, serve, simulate, streams } = createVoiceHarness()

describe('speaking with xAI', () => {
  it.each(['mulaw', 'alaw'] as const)(
    'should speak what is written word by word in %s, as it comes',
    async (encoding) => {
      const simulator = await simulate()
      const { speak, log } = connect(simulator.origin, { format: { encoding, sampleRate: 8000 }, language: 'pt-br' })
      const { write, finish, log: said, events } = speak()
      const words = TEXT.split(/(?<= )/)
      for (const word of words.slice(0, 3)) write(word)
      await said.until('audio')
      for (const word of words.slice(3)) write(word)
      finish()
      await said.until('done')
      expect(heardOf(events, encoding)).toBe(toSpeakable(TEXT))
      expect(log.types()).toEqual(['open'])
      expect(simulator.sessions[0]?.query).toEqual({
        language: 'pt-BR',
        voice: 'ara',
        codec: encoding,
        sample_rate: '8000',
        optimize_streaming_latency: '1',
      })
    },
  )

  it('should speak one utterance after another over one connection, also where they overlap', async () => {
    const simulator = await simulate()
    const { speak, connection, log, events } = connect(simulator.origin)
    const [first, second] = [speak(), speak()]
    second.write('And the second one.')
    second.finish()
    first.write('The first one.')
    first.finish()
    await Promise.all([first.log.until('done'), second.log.until('done')])
    expect([heardOf(first.events), heardOf(second.events)]).toEqual(['the first one.', 'and the second one.'])
    connection.close()
    await log.until('closed')
    expect(events.at(-1)).toEqual({ type: 'closed', characters: 'The first one.And the second one.'.length })
    expect(simulator.sessions).toHaveLength(1)
  })

  it('should fall silent at once, and speak the next utterance', async () => {
    const simulator = await simulate()
    const { speak } = connect(simulator.origin)
    const first = speak()
    first.write('This sentence is long enough to be interrupted in the middle of it.')
    await first.log.until('audio')
    const waiting = speak()
    waiting.write('Never heard.')
    waiting.cancel()
    first.cancel()
    const count = first.events.length
    const next = speak()
    next.write('I am listening.')
    next.finish()
    await next.log.until('done')
    expect(heardOf(next.events)).toBe('i am listening.')
    expect(first.events).toHaveLength(count)
    expect(waiting.events).toEqual([])
    expect(simulator.sessions[0]?.messages).toContainEqual({ type: 'text.clear' })
  })

  describe('where a clear is not confirmed', () => {
    /** Speaks on and on, whatever it is told. */
    const speakOn = (socket: WebSocket) => {
      const delta = Buffer.alloc(80, 0x55).toString('base64')
      const timer = setInterval(() => socket.send(JSON.stringify({ type: 'audio.delta', delta })), 2)
      socket.on('close', () => clearInterval(timer))
    }
    const interrupt = async (accept: (socket: WebSocket) => void) => {
      const { origin } = await serve(accept)
      const context = { credentials: { apiKey: KEY }, origins: { api: origin } }
      const connection = streams.speakWith(createXaiTts({ clearMs: 30 }), context)
      const first = connection.speak()
      first.write('This is interrupted. ')
      first.finish()
      await first.log.until('audio')
      first.cancel()
      return connection
    }

    it('should give the connection up instead of playing old audio in the next utterance', async () => {
      const { speak, log, events } = await interrupt(speakOn)
      const next = speak()
      next.write('I am listening.')
      next.finish()
      await log.until('closed')
      expect(next.events).toMatchObject([{ type: 'error', error: { kind: 'timeout' } }])
      expect(errorAmong(events, KEY).kind).toBe('timeout')
    })

    it('should only close where nobody waits', async () => {
      const { log } = await interrupt(speakOn)
      await log.until('closed')
      expect(log.types()).toEqual(['open', 'closed'])
    })

    it('should go on where all of it had been spoken before', async () => {
      const { speak } = await interrupt((socket) => {
        socket.on('message', (data: Buffer) => {
          const { type } = JSON.parse(data.toString('utf8')) as { type: string }
          const delta = Buffer.alloc(80, 0x55).toString('base64')
          if (type !== 'text.done') return
          socket.send(JSON.stringify({ type: 'audio.delta', delta }))
          socket.send(JSON.stringify({ type: 'audio.done' }))
        })
      })
      const next = speak()
      next.write('I am listening.')
      next.finish()
      await next.log.until('done')
      expect(next.events.map(({ type }) => type)).toEqual(['audio', 'done'])
    })
  })

  it.each([
    ['es-AR', 'es-ES'],
    ['ar', 'ar-EG'],
    ['en-US', 'en'],
    ['multi', 'auto'],
    ['nl-NL', 'auto'],
  ])('should ask for %s as %s, and warn of a language that xAI lacks', async (language, asked) => {
    const simulator = await simulate()
    const { log } = connect(simulator.origin, { language })
    await log.until('open')
    expect(simulator.sessions[0]?.query.language).toBe(asked)
    expect(log.types()).toEqual(language === 'nl-NL' ? ['open', 'warning'] : ['open'])
  })

  it('should be done at once when there is nothing to say', async () => {
    const simulator = await simulate()
    const { speak } = connect(simulator.origin)
    const { write, finish, log, events } = speak()
    write(' … ')
    finish()
    await log.until('done')
    expect(events).toEqual([{ type: 'done' }])
    expect(simulator.sessions[0]?.messages ?? []).toEqual([])
  })

  it('should name the voices of the key', async () => {
    const { origin } = await simulate()
    const list = (apiKey: string) =>
      tts.listVoices?.({ credentials: { apiKey }, origins: { api: origin }, signal: new AbortController().signal })
    expect(await list(KEY)).toContainEqual({ id: tts.defaultVoice, name: 'Ara' })
    await expect(list(`${KEY}-wrong`)).rejects.toMatchObject({ kind: 'rejected' })
  })

  it.each<[string, XaiSimulatedKey, Partial<TtsOptions> & { apiKey?: string }, string]>([
    ['a wrong key, which xAI tells by 400', {}, { apiKey: `${KEY}-wrong` }, 'rejected'],
    ['a blocked key', { keyBlocked: true }, {}, 'rejected'],
    ['a team without credits', { credit: 'used' }, {}, 'out-of-credit'],
    ['a key that may not speak', { acls: [] }, {}, 'limited'],
    ['an unknown voice', {}, { voice: 'nobody' }, 'invalid-request'],
  ])('should tell the utterance, then the connection, of %s', async (_name, account, options, kind) => {
    const { speak, log, events } = connect((await simulate(account)).origin, options)
    const utterance = speak()
    utterance.write('Hello.')
    await log.until('closed')
    expect(errorAmong(utterance.events, 'T3BlbkFJ')).toMatchObject({ provider: 'xai', kind })
    expect(errorAmong(events, 'T3BlbkFJ').kind).toBe(kind)
  })

  it.each<[LlmFault, string]>([
    ['rate-limit', 'rate-limited'],
    ['server-error', 'unreachable'],
    ['close-mid-stream', 'closed'],
    ['error-mid-stream', 'out-of-credit'],
  ])('should name the fault %s %s', async (fault, kind) => {
    const simulator = await simulate()
    simulator.setFault(fault)
    const { speak, log } = connect(simulator.origin)
    const { write, finish, events } = speak()
    write('This sentence comes in several pieces.')
    finish()
    await log.until('closed')
    expect(errorAmong(events, 'T3BlbkFJ').kind).toBe(kind)
  })

  it('should only close, without an error, when an idle connection is let go', async () => {
    const { origin } = await serve((socket) => socket.close(1000))
    const { log } = connect(origin)
    await log.until('closed')
    expect(log.types()).toEqual(['open', 'closed'])
  })
})
