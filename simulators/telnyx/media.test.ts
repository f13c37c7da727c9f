import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { WebSocketServer } from 'ws'
import telnyx from '../../plugins/telnyx/index.ts'
import { decodeMulaw, transcode } from '../../src/provider-kit/index.ts'
import { createTelnyxSimulator } from './index.ts'
import { takeAgentSocket } from './testing/agent-socket.ts'
import type { AddressInfo } from 'node:net'
import type { AudioEncoding, TelephonyClient } from '../../src/provider-kit/index.ts'
import type { CallHandle, Impairments, TelnyxSimulator } from './index.ts'

const API_KEY = 'KEY-of-the-tenant'

/** A tone of the given length in mu-law that no other length resembles. */
const tone = (ms: number, seed = 3) =>
  Buffer.from(Array.from({ length: ms * 8 }, (_, index) => 0x80 | ((index * seed) % 40)))

let simulator: TelnyxSimulator
let application: WebSocketServer
let isRefusing: boolean
let client: TelephonyClient

beforeEach(async () => {
  isRefusing = false
  simulator = await createTelnyxSimulator({ accounts: [{ apiKey: API_KEY }] })
  application = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    verifyClient: (_info, decide) => decide(!isRefusing, 401),
  })
  await once(application, 'listening')
  const credentials = { apiKey: API_KEY, publicKey: simulator.account(API_KEY).publicKey, connectionId: '1' }
  const created = telnyx.telephony?.createClient({ credentials, origins: { api: simulator.origin } })
  if (!created) throw new Error('Telnyx has no telephony')
  client = created
})

afterEach(async () => {
  await simulator.close()
  for (const socket of application.clients) socket.terminate()
  await new Promise((resolve) => application.close(resolve))
})

const connect = async ({
  encoding = 'mulaw',
  impairments = {},
}: {
  encoding?: AudioEncoding
  impairments?: Impairments
} = {}) => {
  const codec = encoding === 'mulaw' ? 'PCMU' : 'PCMA'
  const call = simulator.placeCall({ account: API_KEY, from: '+1', to: '+2', codec, impairments })
  const opened = takeAgentSocket(application)
  await startStream(call, encoding)
  await call.streaming
  return { call, agent: await opened }
}

const startStream = async ({ callControlId: carrierCallId }: CallHandle, encoding: AudioEncoding = 'mulaw') => {
  await client.answer({ carrierCallId, commandId: 'a' })
  const { port } = application.address() as AddressInfo
  await client.startStream({ carrierCallId, commandId: 's', streamUrl: `ws://127.0.0.1:${port}/media`, encoding })
}

describe('the media stream', () => {
  it('starts with connected and start, then carries the caller without a gap', async () => {
    const { call, agent } = await connect()
    const speech = tone(300)
    const spoken = await call.say(speech)
    await agent.next('media')
    expect(agent.events.slice(0, 2)).toMatchObject([
      { type: 'connected' },
      { type: 'start', carrierCallId: call.callControlId, format: { encoding: 'mulaw', sampleRate: 8000 } },
    ])
    const chunks = agent.events.flatMap((event) => (event.type === 'media' ? event.chunk : []))
    expect(chunks).toEqual(chunks.map((_, index) => index + 1))
    const heard = agent.heard()
    expect(heard.subarray(spoken.startMs * 8, spoken.endMs * 8)).toEqual(speech)
    expect(heard.subarray(0, spoken.startMs * 8).every((byte) => byte === 0xff)).toBe(true)
    expect(call.recording.caller.subarray(0, heard.length)).toEqual(heard)
  })

  it.each(['mulaw', 'alaw'] as const)('says a recorded utterance in %s', async (encoding) => {
    const { call, agent } = await connect({ encoding })
    const recorded = await import('../speech/library.ts')
    const [utterance] = recorded.listUtterances()
    if (!utterance) throw new Error('there is no utterance')
    const spoken = await call.say(utterance.id)
    expect(agent.events[1]).toMatchObject({ type: 'start', format: { encoding } })
    const expected = recorded.loadUtterance(utterance.id, encoding)
    expect(call.recording.caller.subarray(spoken.startMs * 8, spoken.endMs * 8)).toEqual(expected)
    expect(spoken.speechEndMs).toBeGreaterThan(spoken.startMs)
  })

  it('speaks in real time', async () => {
    const { call } = await connect()
    const startedAt = performance.now()
    const { startMs, endMs } = await call.say(tone(500))
    expect(endMs - startMs).toBe(500)
    expect(performance.now() - startedAt).toBeGreaterThan(250)
  })

  it('plays the agent in real time and returns a mark when it was played', async () => {
    const { call, agent } = await connect()
    const answer = tone(400)
    agent.socket.send(agent.codec.media(answer))
    agent.socket.send(agent.codec.mark('end'))
    const startedAt = performance.now()
    const { atMs } = await call.agentSpeaks({ after: 0 })
    expect(await agent.next('mark')).toEqual({ type: 'mark', name: 'end' })
    expect(performance.now() - startedAt).toBeGreaterThan(200)
    expect(call.recording.agent.subarray(atMs * 8, (atMs + 400) * 8)).toEqual(answer)
    expect(await call.agentSilent({ forMs: 100 })).toEqual({ atMs: atMs + 400 })
    expect(call.playback.stats).toMatchObject({ frames: 1, oddFrames: 0, lateFrames: 0, underrunMs: 0 })
  })

  it('empties the playback on clear and returns the marks at once', async () => {
    const { call, agent } = await connect()
    agent.socket.send(agent.codec.media(tone(5000)))
    agent.socket.send(agent.codec.mark('a'))
    agent.socket.send(agent.codec.mark('b'))
    const { atMs } = await call.agentSpeaks({ after: 0 })
    agent.socket.send(agent.codec.clear())
    await agent.next('mark')
    const silentAt = await call.agentSilent({ forMs: 100 })
    expect(silentAt.atMs - atMs).toBeLessThan(4000)
    expect(agent.events.filter((event) => event.type === 'mark')).toEqual([
      { type: 'mark', name: 'a' },
      { type: 'mark', name: 'b' },
    ])
    expect(call.playback.queuedMs).toBe(0)
    expect((await call.waitFor('agent-clear')).atMs).toBeGreaterThanOrEqual(atMs)
  })

  it('notices late audio and pieces that are no multiple of 20 ms', async () => {
    const { call, agent } = await connect()
    agent.socket.send(agent.codec.media(tone(90)))
    const { atMs } = await call.agentSpeaks({ after: 0 })
    await call.agentSilent({ forMs: 60, after: atMs + 90 })
    agent.socket.send(agent.codec.media(tone(40)))
    await call.agentSpeaks({ after: atMs + 100 })
    const { stats } = call.playback
    expect(stats).toMatchObject({ frames: 2, oddFrames: 1, lateFrames: 1 })
    expect(stats.maxLatenessMs).toBeGreaterThan(40)
    expect(stats.underrunMs).toBeGreaterThanOrEqual(50)
  })

  it.each([
    ['no JSON', '{', '100003'],
    ['an event that does not exist', '{"event":"shout"}', '100003'],
    ['media without a payload', '{"event":"media","media":{}}', '100003'],
    ['a mark without a name', '{"event":"mark","mark":{}}', '100003'],
    ['a payload that is not base64', '{"event":"media","media":{"payload":"*"}}', '100004'],
    ['less than 20 ms', '{"event":"media","media":{"payload":"AAAA"}}', '100004'],
  ])('refuses %s and goes on', async (_name, text, code) => {
    const { call, agent } = await connect()
    const refused = agent.next('error')
    agent.socket.send(text)
    expect(await refused).toMatchObject({ type: 'error', code })
    expect((await call.waitFor('frame-refused')).detail).toContain(code)
    agent.socket.send(agent.codec.media(tone(100)))
    await call.agentSpeaks({ after: 0 })
  })

  it('loses and reorders frames on demand, their numbers true', async () => {
    const { call, agent } = await connect({ impairments: { dropEvery: 5, swapEvery: 3 } })
    await call.say(tone(300))
    await agent.next('media')
    const chunks = agent.events.flatMap((event) => (event.type === 'media' ? event.chunk : []))
    expect(chunks.slice(0, 8)).toEqual([1, 2, 4, 3, 7, 6, 8, 11])
  })

  it('ends with the call: stop, then close', async () => {
    const { call, agent } = await connect()
    const stopped = agent.next('stop')
    const interrupted = call.say(tone(5000))
    call.hangUp()
    await expect(interrupted).rejects.toThrow('ended')
    await stopped
    expect(await call.ended).toEqual({ cause: 'normal_clearing', source: 'caller', closeCode: 1000, closeReason: '' })
    await expect(call.say(tone(100))).rejects.toThrow('ended')
    await expect(call.agentSpeaks()).rejects.toThrow('ended')
  })

  it('leaves the call up when the application closes it, and tells code and reason at the end', async () => {
    const { call, agent } = await connect()
    agent.socket.close(1011, 'Deepgram API key not configured')
    await call.waitFor('stream-closed')
    expect(call.isEnded).toBe(false)
    await client.hangUp({ carrierCallId: call.callControlId, commandId: 'h' })
    expect(await call.ended).toEqual({
      cause: 'normal_clearing',
      source: 'callee',
      closeCode: 1011,
      closeReason: 'Deepgram API key not configured',
    })
  })

  it('may be started again after it was closed', async () => {
    const { call, agent } = await connect()
    agent.socket.close()
    await call.waitFor('stream-closed')
    const again = takeAgentSocket(application)
    const { port } = application.address() as AddressInfo
    await client.startStream({
      carrierCallId: call.callControlId,
      commandId: 's2',
      streamUrl: `ws://127.0.0.1:${port}/`,
      encoding: 'mulaw',
    })
    expect(await (await again).next('start')).toMatchObject({ carrierCallId: call.callControlId })
  })

  it('fails when the upgrade is refused or nobody listens', async () => {
    isRefusing = true
    const refused = simulator.placeCall({ account: API_KEY, from: '+1', to: '+2' })
    await startStream(refused)
    expect(await refused.streamFailed).toEqual({ status: 401 })
    expect(refused.isEnded).toBe(false)
    const alone = simulator.placeCall({ account: API_KEY, from: '+1', to: '+2' })
    await client.answer({ carrierCallId: alone.callControlId, commandId: 'a' })
    await client.startStream({
      carrierCallId: alone.callControlId,
      commandId: 's',
      streamUrl: 'ws://127.0.0.1:1/',
      encoding: 'mulaw',
    })
    expect(await alone.streamFailed).toEqual({ status: undefined })
  })

  it('carries keys', async () => {
    const { call, agent } = await connect()
    const pressed = agent.next('dtmf')
    call.pressKey('5')
    expect(await pressed).toEqual({ type: 'dtmf', digit: '5' })
  })

  it('plays mu-law as noise, not as speech, on an A-law line', async () => {
    const { call, agent } = await connect({ encoding: 'alaw' })
    const mulaw = tone(200)
    agent.socket.send(agent.codec.media(mulaw))
    const { atMs } = await call.agentSpeaks({ after: 0 })
    await call.agentSilent({ forMs: 100, after: atMs })
    const played = call.recording.agent.subarray(atMs * 8, (atMs + 200) * 8)
    expect(played).not.toEqual(transcode({ audio: mulaw, from: 'mulaw', to: 'alaw' }))
  })

  it('is recorded on one timeline, both sides, and written as a stereo WAV', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'telnyx-'))
    const { call, agent } = await connect()
    const speech = tone(100, 3)
    const spoken = await call.say(speech)
    const answer = tone(100, 7)
    agent.socket.send(agent.codec.media(answer))
    const { atMs } = await call.agentSpeaks({ after: spoken.endMs })
    await call.agentSilent({ forMs: 40, after: atMs })
    call.hangUp()
    await call.ended
    const path = join(folder, 'a', 'call.wav')
    call.recording.writeWav(path)
    const wav = readFileSync(path)
    rmSync(folder, { recursive: true })
    expect(call.recording.caller).toHaveLength(call.recording.agent.length)
    expect([wav.toString('ascii', 0, 4), wav.readUInt16LE(22), wav.readUInt32LE(24)]).toEqual(['RIFF', 2, 8000])
    expect(wav).toHaveLength(44 + call.recording.agent.length * 4)
    expect(wav.readInt16LE(44 + spoken.startMs * 32)).toBe(decodeMulaw(speech[0] as number))
    expect(wav.readInt16LE(44 + atMs * 32 + 2)).toBe(decodeMulaw(answer[0] as number))
  })
})
