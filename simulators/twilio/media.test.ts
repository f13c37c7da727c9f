import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { listUtterances, loadUtterance } from '../speech/library.ts'
import { createTwilioSimulator } from './index.ts'
import { createApplication } from './testing/application.ts'
import type { Impairments } from '../telnyx/index.ts'
import type { TwilioSimulator } from './index.ts'
import type { Application } from './testing/application.ts'

const credentials = { accountSid: `AC${'1f'.repeat(16)}`, authToken: 'token-of-the-tenant' }

/** A tone of the given length in mu-law. */
const tone = (ms: number, seed = 3) =>
  Buffer.from(Array.from({ length: ms * 8 }, (_, index) => 0x80 | ((index * seed) % 40)))

let simulator: TwilioSimulator
let application: Application

beforeEach(async () => {
  application = await createApplication(credentials)
  simulator = await createTwilioSimulator({ accounts: [{ ...credentials, webhookUrl: application.webhookUrl }] })
})

afterEach(async () => {
  await simulator.close()
  await application.close()
})

const connect = async (impairments: Impairments = {}) => {
  const account = credentials.accountSid
  const call = simulator.placeCall({ account, from: '+13125550199', to: '+13125550100', impairments })
  const agent = await application.nextSocket()
  await agent.next('start')
  return { call, agent }
}

describe('the media stream', () => {
  it('starts with connected and start, then carries the caller without a gap', async () => {
    const { call, agent } = await connect()
    const speech = tone(120)
    const spoken = await call.say(speech)
    await agent.next('media')
    expect(agent.events.slice(0, 3).map(({ type }) => type)).toEqual(['connected', 'start', 'media'])
    const chunks = agent.events.flatMap((event) => (event.type === 'media' ? event.chunk : []))
    expect(chunks).toEqual(chunks.map((_, index) => index + 1))
    const heard = agent.heard()
    expect(heard.subarray(spoken.startMs * 8, spoken.endMs * 8)).toEqual(speech)
    expect(heard.subarray(0, spoken.startMs * 8).every((byte) => byte === 0xff)).toBe(true)
    expect(call.recording.caller.subarray(0, heard.length)).toEqual(heard)
  })

  it('says recorded utterances', async () => {
    const { call, agent } = await connect()
    const [utterance] = listUtterances()
    if (!utterance) throw new Error('there is no utterance')
    const saying = call.say(utterance.id)
    await agent.next('media')
    await agent.next('media')
    call.hush()
    await expect(saying).rejects.toThrow('hushed')
    const beginning = loadUtterance(utterance.id, 'mulaw').subarray(0, 160)
    expect(call.recording.caller.indexOf(beginning)).toBeGreaterThanOrEqual(0)
  })

  it('plays the agent in real time and returns a mark when it was played', async () => {
    const { call, agent } = await connect()
    const answer = tone(100)
    agent.socket.send(agent.codec.media(answer))
    agent.socket.send(agent.codec.mark('end'))
    const { atMs } = await call.agentSpeaks({ after: 0 })
    expect(await agent.next('mark')).toEqual({ type: 'mark', name: 'end' })
    expect(call.positionMs - atMs).toBeGreaterThanOrEqual(80)
    expect(call.recording.agent.subarray(atMs * 8, (atMs + 100) * 8)).toEqual(answer)
    expect(call.playback.stats).toMatchObject({ frames: 1, bytes: 800, underrunMs: 0 })
  })

  it('returns all pending marks on clear, and plays nothing of what was queued', async () => {
    const { call, agent } = await connect()
    agent.socket.send(agent.codec.media(tone(5000)))
    agent.socket.send(agent.codec.mark('one'))
    agent.socket.send(agent.codec.mark('two'))
    const { atMs } = await call.agentSpeaks({ after: 0 })
    agent.socket.send(agent.codec.clear())
    const { atMs: silentMs } = await call.agentSilent({ forMs: 60, after: atMs })
    expect(silentMs - atMs).toBeLessThan(4000)
    expect(agent.events.filter(({ type }) => type === 'mark')).toEqual([
      { type: 'mark', name: 'one' },
      { type: 'mark', name: 'two' },
    ])
    expect(call.playback.stats.clears).toBe(1)
  })

  it('carries keys', async () => {
    const { call, agent } = await connect()
    call.pressKey('#')
    expect(await agent.next('dtmf')).toEqual({ type: 'dtmf', digit: '#' })
  })

  it('loses and swaps frames on demand', async () => {
    const { call, agent } = await connect({ dropEvery: 3 })
    await call.say(tone(200))
    const chunks = agent.events.flatMap((event) => (event.type === 'media' ? event.chunk : []))
    expect(chunks.slice(0, 4)).toEqual([1, 2, 4, 5])
  })

  it('breaks off without a close frame, and the call ends as nothing follows', async () => {
    const { call } = await connect()
    call.dropStream()
    expect(await call.ended).toMatchObject({ cause: 'normal_clearing', closeCode: 1006 })
  })

  it('tells its start and its end where its TwiML asks for it', async () => {
    const stream = `<Stream url="${application.streamUrl}" name="talk" statusCallback="/webhooks/twilio/t1/status"/>`
    application.reply = () => ({
      status: 200,
      contentType: 'text/xml',
      body: `<Response><Connect>${stream}</Connect></Response>`,
    })
    const { call } = await connect()
    call.hangUp()
    await call.ended
    await simulator.webhooksSettled()
    const carrierCallId = call.callControlId
    expect(application.events).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'stream-started', carrierCallId }),
        expect.objectContaining({ type: 'stream-stopped', carrierCallId }),
      ]),
    )
  })
})

describe('a frame that Twilio does not take', () => {
  const good = (streamSid: string) => ({ event: 'media', streamSid, media: { payload: tone(20).toString('base64') } })

  it.each<[string, (streamSid: string) => unknown]>([
    ['without a stream', (sid) => ({ ...good(sid), streamSid: undefined })],
    ['of another stream', (sid) => ({ ...good(sid), streamSid: `MZ${'0'.repeat(32)}` })],
    ['with an unexpected field', (sid) => ({ ...good(sid), track: 'outbound' })],
    ['with an unexpected field in its media', (sid) => ({ ...good(sid), media: { ...good(sid).media, chunk: '1' } })],
    ['without a payload', (sid) => ({ ...good(sid), media: {} })],
    ['with a payload that is no base64', (sid) => ({ ...good(sid), media: { payload: 'AA*A' } })],
    ['of an unknown event', (sid) => ({ event: 'say', streamSid: sid })],
    ['with a mark without a name', (sid) => ({ event: 'mark', streamSid: sid, mark: {} })],
    ['that is no object', () => []],
    ['that is no JSON', () => undefined],
  ])('%s is dropped and noted', async (_name, frameOf) => {
    const { call, agent } = await connect()
    const start = agent.events.find((event) => event.type === 'start')
    const frame = frameOf(start?.type === 'start' ? start.streamId : '')
    agent.socket.send(frame === undefined ? '{' : JSON.stringify(frame))
    await call.waitFor('frame-refused')
    expect(call.problems).toMatchObject([{ code: 31951 }])
    expect(call.playback.stats.frames).toBe(0)
    expect(call.isEnded).toBe(false)
  })

  it('because it is binary is dropped and noted', async () => {
    const { call, agent } = await connect()
    agent.socket.send(tone(20))
    await call.waitFor('frame-refused')
    expect(call.problems).toMatchObject([{ code: 31950 }])
  })
})
