import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { loadUtterance } from '../../simulators/speech/index.ts'
import type { CallHandle, Spoken } from '../../simulators/telnyx/index.ts'
import { readToneSpeech } from '../../simulators/tone-speech/index.ts'
import { createCallRig } from '../testing/call-rig.ts'
import type { CallDocument, CallRig, Workspace } from '../testing/call-rig.ts'
import { heardSpeech, lettersMissed, listenToAgent, reach } from '../testing/heard-speech.ts'
import { readG711Wav } from '../testing/read-wav.ts'

/** For all the calls of this suite, on a machine that has much else to do. */
const PATIENCE_MS = 120_000

const GREETING = 'Hello, what can I do?'
const HOURS = 'We open at nine.'
const SERVICES =
  'Of course. We repair watches and clocks, we engrave rings and cups, and we change batteries while you wait.'
const NOTED = 'Three people, noted.'

const answerTo = (words: string): string => {
  if (/hours/.test(words)) return HOURS
  return /services/.test(words) ? SERVICES : NOTED
}

type Chat = { messages: { role: string; content: string }[] }

const requestsOf = (rig: CallRig, { keys }: Workspace): Chat[] =>
  rig.openai.requests
    .filter(({ key, path }) => key === keys.openai && path === '/v1/chat/completions')
    .map(({ body }) => body as Chat)

const saidBy = (record: CallDocument, speaker: string) =>
  record.transcript?.filter((entry) => entry.speaker === speaker) ?? []

/** Two calls at once: one is interrupted and recorded, the other is disturbed by noises and speaks A-law. */
describe('a conversation', () => {
  let rig: CallRig
  let talk: Awaited<ReturnType<typeof beInterrupted>>
  let noisy: Awaited<ReturnType<typeof beDisturbed>>
  let tenant: Workspace
  let other: Workspace

  beforeAll(async () => {
    rig = await createCallRig({
      tenants: 2,
      agent: (index) => ({ greeting: GREETING, recording: index === 0 }),
      simulators: { openai: { script: (messages) => answerTo(messages.at(-1)?.content ?? '') } },
    })
    ;[tenant, other] = rig.workspaces as [Workspace, Workspace]
    ;[talk, noisy] = await Promise.all([beInterrupted(tenant), beDisturbed(other)])
  }, PATIENCE_MS)
  afterAll(() => rig?.close())

  it('should reach the ear of the caller word by word', () => {
    expect(talk.heard).toMatchObject({
      greeting: GREETING.toLowerCase(),
      hours: HOURS.toLowerCase(),
      noted: NOTED.toLowerCase(),
    })
    expect(talk.call.playback.stats).toMatchObject({ oddFrames: 0, clears: 1 })
  })

  it('should write down who said what, in the order in which it was said', () => {
    const { record } = talk
    expect(record.transcript?.map(({ speaker, text }) => [speaker, text])).toEqual([
      ['agent', GREETING],
      ['caller', 'What are your opening hours today?'],
      ['agent', HOURS],
      ['caller', 'Tell me more about your services.'],
      ['agent', SERVICES],
      ['caller', 'Wait, actually, make it three people.'],
      ['agent', NOTED],
    ])
    for (const entry of record.transcript ?? []) expect(entry.endMs).toBeGreaterThan(entry.startMs)
    const starts = record.transcript?.map(({ startMs }) => startMs) ?? []
    expect(starts).toEqual([...starts].sort((left, right) => left - right))
    expect(record.transcript?.filter(({ interrupted }) => interrupted)).toHaveLength(1)
  })

  it('should fall silent when the caller begins to speak, before the caller has finished', () => {
    const { call, interruption, servicesStartMs } = talk
    const cleared = call.events.find(({ name }) => name === 'agent-clear')?.atMs ?? 0
    expect(cleared).toBeGreaterThan(interruption.startMs)
    expect(cleared).toBeLessThan(interruption.speechEndMs)
    expect(heardSpeech(call, { from: servicesStartMs, to: interruption.startMs })).not.toBe('')
    expect(heardSpeech(call, { from: cleared + 60, to: interruption.endMs })).toBe('')
    // Nothing of the rest was sent again after the interruption either.
    expect(heardSpeech(call, { from: cleared + 60 })).toBe(NOTED.toLowerCase())
  })

  it('should keep of an interrupted answer what was heard, and tell the model no more', () => {
    const { call, record, heard } = talk
    const entry = saidBy(record, 'agent').find(({ interrupted }) => interrupted)
    const kept = entry?.heard ?? ''
    expect(SERVICES.startsWith(kept)).toBe(true)
    expect(kept.split(' ').length).toBeGreaterThanOrEqual(3)
    // To within a word: whole words are kept, and the one that was cut may count as heard or not.
    expect(Math.abs(kept.split(' ').length - heard.services.split(' ').length)).toBeLessThanOrEqual(1)
    const [shorter, longer] = [kept.toLowerCase(), heard.services].sort((left, right) => left.length - right.length)
    expect(longer?.startsWith(shorter ?? '-')).toBe(true)
    expect(entry?.endMs).toBeLessThan(saidBy(record, 'caller').at(-1)?.endMs ?? 0)

    const messages = requestsOf(rig, tenant).at(-1)?.messages ?? []
    expect(messages.slice(1)).toEqual([
      { role: 'assistant', content: GREETING },
      { role: 'user', content: 'What are your opening hours today?' },
      { role: 'assistant', content: HOURS },
      { role: 'user', content: 'Tell me more about your services.' },
      { role: 'assistant', content: kept },
      { role: 'user', content: 'Wait, actually, make it three people.' },
    ])
    expect(messages[0]?.content).toContain("**Owner 0's workspace**")
    expect(call.playback.stats.frames * 20).toBeLessThan(talk.call.recording.durationMs)
  })

  it('should measure each turn in the order in which it happened', () => {
    const turns = (talk.record.turns ?? []) as unknown as Record<string, number>[]
    expect(turns).toHaveLength(3)
    for (const turn of turns) {
      const times = [
        'speechEndMs',
        'finalTranscriptMs',
        'firstTokenMs',
        'firstAudioMs',
        'firstFrameSentMs',
        'firstMarkMs',
      ]
      const values = times.map((name) => turn[name] as number)
      expect(values.every(Number.isFinite)).toBe(true)
      expect(values).toEqual([...values].sort((left, right) => left - right))
      expect(turn.engineMs).toBeGreaterThan(0)
    }
    // The end of speech that the engine measured is the one that the carrier knows.
    expect(Math.abs((turns[0]?.speechEndMs ?? 0) - talk.asked.speechEndMs)).toBeLessThan(300)
  })

  it('should say whose keys paid, what was used and how the call ended', async () => {
    const { call, record } = talk
    const keys = (await tenant.as('get', '/api/user-api-keys').expect(200)).body.docs as {
      id: string
      provider: string
    }[]
    const stored = await rig.server.payload.find({
      collection: 'provider-keys',
      where: { tenant: { equals: tenant.tenantId } },
      overrideAccess: true,
      depth: 0,
    })
    expect(keys).toHaveLength(4)
    const idOf = new Map(stored.docs.map((doc) => [doc.provider as string, doc.credentialId as string]))
    expect(
      record.receipt?.map(({ capability, provider, credentialId, version }) => [
        capability,
        provider,
        credentialId,
        version,
      ]),
    ).toEqual([
      ['stt', 'deepgram', idOf.get('deepgram'), 1],
      ['llm', 'openai', idOf.get('openai'), 1],
      ['tts', 'elevenlabs', idOf.get('elevenlabs'), 1],
      ['telephony', 'telnyx', idOf.get('telnyx'), 1],
    ])
    expect(record.receipt?.[0]?.requestIds).toEqual([
      rig.deepgram.sessions.find(({ key }) => key === tenant.keys.deepgram)?.id,
    ])
    expect(record.receipt?.[1]?.requestIds).toHaveLength(3)
    const spoken = [GREETING, HOURS, SERVICES, NOTED].join('').length
    expect(record.usage).toMatchObject({ llm: { requests: 3 }, tts: { provider: 'elevenlabs' } })
    expect(Math.abs((record.usage?.tts?.characters as number) - spoken)).toBeLessThan(20)
    expect(Math.abs((record.usage?.stt?.audioMs as number) - call.recording.durationMs)).toBeLessThan(500)
    expect(record).toMatchObject({ status: 'completed', endedReason: 'caller-hangup', error: null, endedDetail: null })
    expect(record).toMatchObject({ from: call.from, to: call.to, direction: 'inbound', agentName: 'Agent 0' })
    expect(Math.abs((record.durationSeconds ?? 0) - call.recording.durationMs / 1000)).toBeLessThan(2)
    expect(
      tenant
        .commands()
        .map(({ action }) => action)
        .slice(0, 2),
    ).toEqual(['answer', 'streaming_start'])
  })

  it('should log each step once, and no word that was spoken', () => {
    const lines = rig.logLines.map((line) => JSON.parse(line) as Record<string, unknown>)
    const own = lines.filter(({ callId }) => callId === talk.record.publicId)
    const count = (event: string) => own.filter((line) => line.event === event).length
    for (const once of [
      'call.initiated',
      'webhook.received',
      'agent.loaded',
      'media.connected',
      'media.started',
      'stt.started',
      'tts.started',
      'barge-in',
      'call.ended',
    ]) {
      expect([once, count(once)]).toEqual([once, 1])
    }
    expect(count('key.used')).toBe(4)
    expect(count('llm.started')).toBe(3)
    expect(count('utterance.final')).toBe(3)
    expect(own.every((line) => line.tenantId === tenant.tenantId)).toBe(true)
    for (const words of ['opening hours', 'repair watches', 'three people', 'what can I do']) {
      expect(rig.logLines.filter((line) => line.includes(words))).toEqual([])
    }
  })

  it('should keep a recording of both sides that only members may hear', async () => {
    const id = talk.record.recording
    const media = (await tenant.as('get', `/api/media/${id}`).expect(200)).body
    const fetchFile = (headers: Record<string, string>) => fetch(new URL(media.url, rig.server.url), { headers })
    expect((await fetchFile({})).status).toBe(403)
    expect((await fetchFile({ Authorization: `JWT ${other.token}` })).status).toBe(404)
    await other.as('get', `/api/media/${id}`).expect(404)
    const file = await fetchFile({ Authorization: `JWT ${tenant.token}` })
    expect(file.status).toBe(200)
    const wav = readG711Wav(Buffer.from(await file.arrayBuffer()))
    expect(wav).toMatchObject({ format: 7, sampleRate: 8000 })
    const [caller, agent] = wav.channels as [Buffer, Buffer]
    expect(wav.channels).toHaveLength(2)
    const heardInAll = readToneSpeech(agent, 'mulaw')
    for (const words of [GREETING, HOURS, NOTED]) expect(heardInAll).toContain(words.toLowerCase())
    expect(heardInAll).not.toContain('batteries')
    expect(caller.indexOf(loadUtterance('opening-hours', 'mulaw').subarray(1_600, 8_000))).toBeGreaterThan(0)
    expect(Math.abs(agent.length / 8 - talk.call.recording.durationMs)).toBeLessThan(1_000)
    await tenant.as('delete', `/api/media/${id}`).expect(200)
  })

  it('should go on speaking after a cough and through an "uh-huh"', () => {
    const { record, call, heard } = noisy
    expect(call.playback.stats.clears).toBeGreaterThan(0)
    expect(saidBy(record, 'agent').map(({ text, interrupted }) => [text, interrupted])).toEqual([
      [GREETING, undefined],
      [SERVICES, undefined],
    ])
    expect(saidBy(record, 'caller').map(({ text }) => text)).toEqual(['Tell me more about your services.', 'Uh huh.'])
    expect(requestsOf(rig, other)).toHaveLength(1)
    expect(lettersMissed(heard, SERVICES)).toBeLessThanOrEqual(call.playback.stats.clears)
    expect(record).toMatchObject({ endedReason: 'caller-hangup', recording: null })
  })

  it('should speak A-law with a network that offers it alone', () => {
    expect(noisy.call.recording.encoding).toBe('alaw')
    expect(noisy.greeting).toBe(GREETING.toLowerCase())
    expect(rig.deepgram.sessions.find(({ key }) => key === other.keys.deepgram)?.query).toMatchObject({
      encoding: 'alaw',
    })
    const started = other.commands().find(({ action }) => action === 'streaming_start')?.body
    expect(started).toMatchObject({ stream_bidirectional_mode: 'rtp', stream_bidirectional_codec: 'PCMA' })
    expect(started).toMatchObject({ stream_track: 'inbound_track', command_id: expect.stringMatching(/.+/) })
  })
})

async function beInterrupted(tenant: Workspace) {
  const call = tenant.call()
  await call.streaming
  const greeting = await listenToAgent(call, { after: 0 })
  const asked: Spoken = await call.say('opening-hours')
  const hours = await listenToAgent(call, { after: asked.endMs })
  const wanted = await call.say('tell-me-more')
  const { atMs: servicesStartMs } = await call.agentSpeaks({ after: wanted.endMs })
  await reach(call, servicesStartMs + 1_500)
  const interruption: Spoken = await call.say('wait-actually')
  const noted = await listenToAgent(call, { after: interruption.endMs })
  const services = heardSpeech(call, { from: servicesStartMs, to: noted.startMs })
  const record = await hangUp(tenant, call)
  const heard = { greeting: greeting.text, hours: hours.text, services, noted: noted.text }
  return { call, record, asked, interruption, servicesStartMs, heard }
}

async function beDisturbed(tenant: Workspace) {
  const call = tenant.call({ codec: 'PCMA' })
  await call.streaming
  const greeting = await listenToAgent(call, { after: 0 })
  const wanted = await call.say('tell-me-more')
  const told = await call.agentSpeaks({ after: wanted.endMs })
  await reach(call, told.atMs + 800)
  const coughed = await call.say('cough')
  await call.agentSpeaks({ after: coughed.endMs + 200 })
  await reach(call, coughed.endMs + 1_400)
  const agreed = await call.say('uh-huh')
  await call.agentSilent({ forMs: 1_500, after: agreed.endMs })
  const heard = heardSpeech(call, { from: told.atMs })
  return { call, greeting: greeting.text, heard, record: await hangUp(tenant, call) }
}

async function hangUp(tenant: Workspace, call: CallHandle): Promise<CallDocument> {
  call.hangUp()
  await call.ended
  return tenant.closedCall(call)
}
