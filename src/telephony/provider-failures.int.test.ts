import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { CallEnd, CallHandle } from '../../simulators/telnyx/index.ts'
import { getRuntime } from '../server/runtime.ts'
import { createCallRig } from '../testing/call-rig.ts'
import type { CallDocument, CallRig, Workspace } from '../testing/call-rig.ts'
import { LETTERS_BEARABLE, heardSpeech, lettersMissed, listenToAgent } from '../testing/heard-speech.ts'
import { waitUntil } from '../testing/wait-until.ts'

/** For all the calls of this suite, on a machine that has much else to do. */
const PATIENCE_MS = 240_000
/** How many are made at once: with all of them a busy machine would be late for deadlines that no provider missed. */
const CALLS_AT_ONCE = 6

const GREETING = 'Good day to you, who is it?'
const ANSWER = 'We open at nine, sir, and close at five.'
const LONG_ANSWER =
  'We repair watches, and clocks. We engrave rings and cups, and we change batteries while you wait for them here.'
const STALL_MS = 2_000

type Setting = { rig: CallRig; tenant: Workspace; call: CallHandle }
type Outcome = { end: CallEnd; record: CallDocument; heard: string; tenant: Workspace; lengthMs: number }

type Scenario = {
  what: string
  /** Done before the call. */
  spoil(setting: Omit<Setting, 'call'>): void
  /** What the caller does once the stream is open; the greeting is being spoken. */
  act?(setting: Setting): Promise<unknown>
  /** Absent where the call recovers. */
  failure?: { provider: string; kind: string; message?: string }
  heard: string | RegExp
}

const deepgramOf = ({ tenant }: Pick<Setting, 'tenant'>) => ({ key: tenant.keys.deepgram })
const openaiOf = ({ tenant }: Pick<Setting, 'tenant'>) => ({ key: tenant.keys.openai })
const elevenlabsOf = ({ tenant }: Pick<Setting, 'tenant'>) => ({ key: tenant.keys.elevenlabs })

const chatsOf = (rig: CallRig, { keys }: Workspace) =>
  rig.openai.requests.filter(({ key, path }) => key === keys.openai && path === '/v1/chat/completions')

/** Asks, and hears the answer where there is one. */
const ask = async ({ call }: Setting) => {
  await listenToAgent(call, { after: 0 })
  const { endMs } = await call.say('opening-hours')
  // Longest where a lost line is noticed by nobody's answer to a ping.
  return call.agentSpeaks({ after: endMs, timeoutMs: 20_000 })
}

const askAndHangUp = async (setting: Setting) => {
  const { atMs } = await ask(setting)
  await setting.call.agentSilent({ forMs: 600, after: atMs })
  setting.call.hangUp()
}

const WHOLE = `${GREETING} ${ANSWER}`.toLowerCase()
const GREETING_ALONE = GREETING.toLowerCase()

const SCENARIOS: Scenario[] = [
  {
    what: 'Deepgram takes audio and never answers',
    spoil: (setting) => setting.rig.deepgram.setFault({ kind: 'stall' }, deepgramOf(setting)),
    act: async ({ call }) => {
      await listenToAgent(call, { after: 0 })
      for (const utterance of ['opening-hours', 'tell-me-more', 'move-appointment']) await call.say(utterance)
    },
    failure: { provider: 'deepgram', kind: 'timeout', message: 'Deepgram did not transcribe the caller' },
    heard: GREETING_ALONE,
  },
  {
    what: 'Deepgram does not accept the stream in time',
    spoil: (setting) => setting.rig.deepgram.setFault({ kind: 'slow-handshake', ms: 6_000 }, deepgramOf(setting)),
    failure: { provider: 'deepgram', kind: 'timeout', message: 'Deepgram did not accept the transcription in time' },
    heard: /^good day/,
  },
  {
    what: 'Deepgram closes in the middle of every utterance',
    spoil: (setting) => setting.rig.deepgram.setFault({ kind: 'close-mid-utterance' }, deepgramOf(setting)),
    act: ask,
    failure: { provider: 'deepgram', kind: 'unreachable' },
    heard: GREETING_ALONE,
  },
  {
    what: 'Deepgram closes in the middle of one utterance',
    spoil: (setting) => setting.rig.deepgram.setFault({ kind: 'close-mid-utterance' }, deepgramOf(setting)),
    act: async (setting) => {
      const { rig, tenant } = setting
      const isClosed = () => rig.deepgram.sessions.some(({ key, isOpen }) => key === tenant.keys.deepgram && !isOpen)
      const lifted = waitUntil(isClosed, 'the stream to be closed').then(() =>
        rig.deepgram.setFault(undefined, deepgramOf(setting)),
      )
      await Promise.all([askAndHangUp(setting), lifted])
    },
    heard: WHOLE,
  },
  {
    what: 'the line to Deepgram is lost in the middle of a question, without a word',
    spoil: (setting) => setting.rig.deepgram.setFault({ kind: 'lose-line' }, deepgramOf(setting)),
    act: async (setting) => {
      const { rig, tenant } = setting
      const isLost = () =>
        rig.deepgram.sessions.some((session) => session.key === tenant.keys.deepgram && session.isLost)
      const lifted = waitUntil(isLost, 'the line to be lost').then(() =>
        rig.deepgram.setFault(undefined, deepgramOf(setting)),
      )
      await Promise.all([askAndHangUp(setting), lifted])
    },
    heard: WHOLE,
  },
  {
    what: 'OpenAI does not begin to answer',
    spoil: (setting) => setting.rig.openai.setFault('stall-before-first-token', openaiOf(setting)),
    act: ask,
    failure: { provider: 'openai', kind: 'timeout', message: 'OpenAI did not begin its answer in time' },
    heard: GREETING_ALONE,
  },
  {
    what: 'OpenAI stalls behind the first token',
    spoil: (setting) => setting.rig.openai.setFault('stall-after-first-token', openaiOf(setting)),
    act: ask,
    failure: { provider: 'openai', kind: 'timeout', message: 'OpenAI did not go on with its answer in time' },
    heard: GREETING_ALONE,
  },
  {
    what: 'OpenAI breaks off each answer before any of it was spoken',
    spoil: (setting) => setting.rig.openai.setFault('error-mid-stream', openaiOf(setting)),
    act: ask,
    failure: { provider: 'openai', kind: 'unreachable' },
    heard: GREETING_ALONE,
  },
  {
    what: 'OpenAI breaks off an answer that is being spoken',
    spoil: (setting) => setting.rig.openai.setFault('close-mid-stream', openaiOf(setting)),
    act: async ({ call }) => {
      await listenToAgent(call, { after: 0 })
      await call.say('tell-me-more')
    },
    failure: { provider: 'openai', kind: 'closed' },
    heard: /^good day to you, who is it\? we re/,
  },
  {
    what: 'OpenAI breaks off one answer before any of it was spoken',
    spoil: (setting) => setting.rig.openai.setFault('malformed-sse', { ...openaiOf(setting), times: 1 }),
    act: askAndHangUp,
    heard: WHOLE,
  },
  {
    what: 'OpenAI has a fault of its own once',
    spoil: (setting) => setting.rig.openai.setFault('server-error', { ...openaiOf(setting), times: 1 }),
    act: askAndHangUp,
    heard: WHOLE,
  },
  {
    what: 'OpenAI has a fault of its own every time',
    spoil: (setting) => setting.rig.openai.setFault('server-error', openaiOf(setting)),
    act: ask,
    failure: { provider: 'openai', kind: 'unreachable' },
    heard: GREETING_ALONE,
  },
  {
    what: 'OpenAI takes no more requests',
    spoil: (setting) => setting.rig.openai.setFault('rate-limit', openaiOf(setting)),
    act: ask,
    failure: { provider: 'openai', kind: 'rate-limited' },
    heard: GREETING_ALONE,
  },
  {
    what: 'ElevenLabs takes text and never speaks',
    spoil: (setting) => setting.rig.elevenlabs.setFault('stall', elevenlabsOf(setting)),
    failure: { provider: 'elevenlabs', kind: 'timeout', message: 'ElevenLabs did not speak in time' },
    heard: '',
  },
  {
    what: 'ElevenLabs falls silent in the middle of a sentence',
    spoil: (setting) => setting.rig.elevenlabs.setFault('stall-mid-sentence', elevenlabsOf(setting)),
    failure: { provider: 'elevenlabs', kind: 'timeout', message: 'ElevenLabs did not speak in time' },
    heard: /^good d/,
  },
  {
    what: 'ElevenLabs breaks off every sentence',
    spoil: (setting) => setting.rig.elevenlabs.setFault('close-mid-sentence', elevenlabsOf(setting)),
    failure: { provider: 'elevenlabs', kind: 'closed' },
    heard: /^/,
  },
  {
    what: 'ElevenLabs breaks off one sentence',
    spoil: (setting) => setting.rig.elevenlabs.setFault('close-mid-sentence', elevenlabsOf(setting)),
    act: async (setting) => {
      const { rig, tenant } = setting
      const first = await waitUntil(
        () => rig.elevenlabs.connections.find(({ key }) => key === tenant.keys.elevenlabs),
        "ElevenLabs' socket",
      )
      const lifted = first.closed.then(() => rig.elevenlabs.setFault(undefined, elevenlabsOf(setting)))
      await Promise.all([askAndHangUp(setting), lifted])
    },
    // From the word that was cut on it is said again.
    heard: /^good (d|da)?day to you, who is it\? we open at nine, sir, and close at five\.$/,
  },
]

/** Each call of a tenant of its own. */
describe('a call whose providers fail', () => {
  let rig: CallRig
  let outcomes: Map<string, Outcome>
  beforeAll(async () => {
    rig = await createCallRig({
      tenants: SCENARIOS.length,
      agent: (index) => ({ greeting: GREETING, turns: { silenceTimeoutSeconds: index === 0 ? 5 : 30 } }),
      deadlines: {
        conversation: {
          sttOpenMs: STALL_MS,
          llmFirstTokenMs: STALL_MS,
          llmBetweenTokensMs: STALL_MS,
          ttsFirstAudioMs: STALL_MS,
        },
      },
      simulators: {
        openai: {
          latencies: { perTokenMs: 100 },
          script: (messages) => (messages.at(-1)?.content.includes('services') ? LONG_ANSWER : ANSWER),
        },
        // Time for a test to lift a fault between two attempts.
        deepgram: { latencies: { handshakeMs: 80 } },
        elevenlabs: { latencies: { firstAudioMs: 120 } },
      },
    })
    const run = async (scenario: Scenario, tenant: Workspace) => {
      scenario.spoil({ rig, tenant })
      const call = tenant.call()
      await call.streaming
      // What a caller waits for may never come: the call ends before.
      await scenario.act?.({ rig, tenant, call }).catch(() => {})
      const end = await call.ended
      const record = await tenant.closedCall(call)
      return [scenario.what, { end, record, tenant, heard: heardSpeech(call), lengthMs: call.positionMs }] as const
    }
    const pairs = SCENARIOS.map((scenario, index) => [scenario, rig.workspaces[index] as Workspace] as const)
    outcomes = new Map()
    const worker = async () => {
      for (let pair = pairs.shift(); pair; pair = pairs.shift()) outcomes.set(...(await run(...pair)))
    }
    await Promise.all(Array.from({ length: CALLS_AT_ONCE }, worker))
    await rig.server.idle()
  }, PATIENCE_MS)
  afterAll(() => rig?.close())

  it.each(SCENARIOS.map((scenario) => [scenario.what, scenario] as const))(
    'should end or recover when %s',
    (what, scenario) => {
      const { end, record, heard, tenant } = outcomes.get(what) as Outcome
      const { failure } = scenario
      expect(record).toMatchObject(
        failure
          ? { status: 'failed', endedReason: 'provider-failed', error: failure }
          : { status: 'completed', endedReason: 'caller-hangup', error: null },
      )
      expect(end).toMatchObject({ source: failure ? 'callee' : 'caller', cause: 'normal_clearing' })
      if (typeof scenario.heard === 'string') {
        expect([heard, lettersMissed(heard, scenario.heard) <= LETTERS_BEARABLE]).toEqual([heard, true])
      } else expect(heard).toMatch(scenario.heard)
      if (!failure) {
        expect(record.transcript?.map(({ text }) => text)).toEqual([
          GREETING,
          'What are your opening hours today?',
          ANSWER,
        ])
      }
      expect(chatsOf(rig, tenant).length).toBeLessThanOrEqual(2)
    },
  )

  it('should never leave the caller waiting without end', () => {
    for (const [what, { lengthMs }] of outcomes) expect([what, lengthMs < 25_000]).toEqual([what, true])
  })

  it('should leave nothing open', async () => {
    expect(getRuntime().liveCalls.size).toBe(0)
    expect(rig.telnyx.liveCalls).toBe(0)
    // What a lost line's end was told never reached the other side.
    const isOver = () => rig.deepgram.sessions.every(({ isOpen, isLost }) => !isOpen || isLost)
    await waitUntil(isOver, "Deepgram's streams to close")
    await Promise.all(rig.elevenlabs.connections.map(({ closed }) => closed))
    await Promise.all(rig.openai.requests.map(({ ended }) => ended))
  })
})
