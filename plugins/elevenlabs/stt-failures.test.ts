import { afterEach, describe, expect, it } from '@jest/globals'
import type { WebSocket } from 'ws'
import type { ElevenLabsFault, ElevenLabsSimulatedKey } from '../../simulators/elevenlabs/index.ts'
import { createElevenLabsSimulator } from '../../simulators/elevenlabs/index.ts'
import { createSimulatorServer } from '../../simulators/kit/index.ts'
import { createOpenStreams, errorAmong, say, turnsOf } from '../../simulators/kit/testing/open-streams.ts'
import type { ProviderErrorKind } from '../../src/provider-kit/index.ts'
import { stt } from './stt.ts'

const KEY = `sk_${'5ec4e7'.repeat(8)}`
const SECRET = '5ec4e7'

const streams = createOpenStreams()
const servers: { close(): unknown }[] = []
afterEach(async () => {
  await streams.closeAll()
  for (const server of servers.splice(0)) await server.close()
})

async function simulate(settings: ElevenLabsSimulatedKey | undefined, fault?: ElevenLabsFault): Promise<string> {
  const simulator = await createElevenLabsSimulator({ keys: settings ? { [KEY]: settings } : {} })
  simulator.setFault(fault)
  servers.push(simulator)
  return simulator.origin
}
async function serve(accept: (socket: WebSocket) => void): Promise<string> {
  const server = await createSimulatorServer({ onRequest: () => ({ status: 404 }), onUpgrade: () => ({ accept }) })
  servers.push(server)
  return server.origin
}

/** The one error of a stream into which a sentence was spoken. */
async function failureOf(origin: string, options: { model?: string } = {}) {
  const { log, send } = streams.listen(stt, { credentials: { apiKey: KEY }, origins: { api: origin } }, options)
  send(say('book-table'))
  await log.until('closed')
  expect(log.types().slice(-2)).toEqual(['error', 'closed'])
  expect(turnsOf(log.events)).toEqual([])
  return errorAmong(log.events, SECRET)
}

const START = '{"message_type":"session_started","session_id":"s1","config":{}}'

describe('a transcription that fails', () => {
  it.each<
    [string, ElevenLabsSimulatedKey | undefined, ElevenLabsFault | undefined, ProviderErrorKind, string | undefined]
  >([
    ['an unknown key', undefined, undefined, 'rejected', 'invalid_api_key'],
    ['a key refused after the handshake', {}, 'reject-after-open', 'rejected', 'auth_error'],
    ['a key without the permission', { permissions: ['text_to_speech'] }, undefined, 'limited', 'missing_permissions'],
    ['an empty account', { characterCount: 5, characterLimit: 5 }, undefined, 'out-of-credit', 'quota_exceeded'],
    ['a quota that ends in the stream', {}, 'quota-mid-stream', 'out-of-credit', 'quota_exceeded'],
    ['too many requests', {}, 'rate-limited', 'rate-limited', 'too_many_concurrent_requests'],
    ['a provider out of order', {}, 'server-error', 'unreachable', 'internal_server_error'],
    ['a connection that breaks', {}, 'close-mid-sentence', 'closed', undefined],
  ])('says of %s what it is', async (_name, settings, fault, kind, providerCode) => {
    const error = await failureOf(await simulate(settings, fault))
    expect([error.provider, error.kind, error.providerCode]).toEqual(['elevenlabs', kind, providerCode])
  })

  it('says of a model that is not there: invalid request', async () => {
    const error = await failureOf(await simulate({}), { model: 'scribe_v1' })
    expect([error.kind, error.providerCode]).toEqual(['invalid-request', 'invalid_request'])
  })

  it.each<[string, string, ProviderErrorKind]>([
    ['rate_limited', 'Slow down.', 'rate-limited'],
    ['queue_overflow', 'Full.', 'rate-limited'],
    ['resource_exhausted', 'Full.', 'rate-limited'],
    ['commit_throttled', 'Too often.', 'rate-limited'],
    ['unaccepted_terms', 'Accept them.', 'limited'],
    ['input_error', 'Bad audio.', 'invalid-request'],
    ['chunk_size_exceeded', 'Too large.', 'invalid-request'],
    ['session_time_limit_exceeded', 'Too long.', 'closed'],
    ['insufficient_audio_activity', 'Nothing heard.', 'closed'],
    ['transcriber_error', 'Sorry.', 'unreachable'],
    ['error', 'quota_exceeded', 'out-of-credit'],
    ['error', `No such key ${KEY}`, 'failed'],
    ['auth_error', `You used ${KEY}`, 'rejected'],
  ])('reads a message %s as what it is', async (type, detail, kind) => {
    const origin = await serve((socket) => {
      socket.send(START)
      socket.send(JSON.stringify({ message_type: type, error: detail }))
    })
    expect((await failureOf(origin)).kind).toBe(kind)
  })

  it.each<[number, string, ProviderErrorKind]>([
    [1000, '', 'closed'],
    [1011, '', 'closed'],
    [1008, 'quota_exceeded', 'out-of-credit'],
    [1008, 'auth_error', 'rejected'],
    [1008, `Invalid API key ${KEY}`, 'rejected'],
  ])('takes a close %s %s that nobody asked for as a failure', async (code, reason, kind) => {
    expect((await failureOf(await serve((socket) => socket.close(code, reason)))).kind).toBe(kind)
  })

  it('says unreachable where nobody listens', async () => {
    expect((await failureOf('http://127.0.0.1:1')).kind).toBe('unreachable')
  })

  it('tells nothing while the provider stalls', async () => {
    const origin = await simulate({}, 'stall')
    const { stream, log, send } = streams.listen(stt, { credentials: { apiKey: KEY }, origins: { api: origin } })
    await log.until('open')
    send(say('hello'))
    stream.destroy()
    await log.until('closed')
    expect(log.types()).toEqual(['open', 'closed'])
  })

  it('goes on after a message that it cannot read', async () => {
    const origin = await simulate({}, 'malformed-message')
    const { log, send } = streams.listen(stt, { credentials: { apiKey: KEY }, origins: { api: origin } })
    send(say('hello'))
    await log.until('end-of-turn')
    expect(turnsOf(log.events)).toEqual(['Hello.'])
  })

  it('hears the whole sentence when a new stream is given the audio again', async () => {
    const simulator = await createElevenLabsSimulator({ keys: { [KEY]: {} } })
    servers.push(simulator)
    simulator.setFault('close-mid-sentence')
    await failureOf(simulator.origin)
    simulator.setFault(undefined)
    const { log, stream } = streams.listen(stt, { credentials: { apiKey: KEY }, origins: { api: simulator.origin } })
    const audio = say('book-table')
    for (let at = 0; at < audio.length; at += 800) stream.send(audio.subarray(at, at + 800))
    await log.until('end-of-turn')
    expect(turnsOf(log.events)).toEqual(['I would like to book a table for two.'])
  })
})
