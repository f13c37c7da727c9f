import type { AudioEncoding, SttEvent } from '../../provider-kit/index.ts'
import { encodeAlaw, encodeMulaw, FRAME_BYTES, FRAME_MS } from '../../provider-kit/index.ts'
import type { CallEventName } from '../call-events.ts'
import { createCallSession } from '../session.ts'
import type { AgentSnapshot, CallEnding, CallProgress, CallSession, CallSessionOptions } from '../types.ts'
import type { FakeCarrier } from './fake-carrier.ts'
import { createFakeCarrier } from './fake-carrier.ts'
import type { FakeLlm } from './fake-llm.ts'
import { createFakeLlm } from './fake-llm.ts'
import type { FakeStt } from './fake-stt.ts'
import { createFakeStt } from './fake-stt.ts'
import type { FakeTts } from './fake-tts.ts'
import { createFakeTts } from './fake-tts.ts'
import type { ManualClock } from './manual-clock.ts'
import { createManualClock } from './manual-clock.ts'

/** A call on a manual clock, with every provider and the carrier in the test's hands. */
export type TestCall = {
  clock: ManualClock
  session: CallSession
  carrier: FakeCarrier
  stt: FakeStt
  llm: FakeLlm
  tts: FakeTts
  logs: { event: CallEventName; fields?: Record<string, unknown> }[]
  endings: CallEnding[]
  progress: CallProgress[]
  /** The transcription reports something on its newest stream. */
  report(event: SttEvent): void
  /** The caller says a turn: speech begins, words come, the turn ends. */
  say(text: string): Promise<void>
  /** Sends frames of loud or quiet audio in real time. */
  speak(ms: number, options?: { isQuiet?: boolean }): Promise<void>
}

export type TestCallOptions = {
  clock?: ManualClock
  agent?: Partial<AgentSnapshot>
  encoding?: AudioEncoding
  carrier?: FakeCarrier
  stt?: FakeStt
  llm?: FakeLlm
  tts?: FakeTts
  options?: Partial<CallSessionOptions>
}

const AGENT: AgentSnapshot = {
  agentId: 'agent-1',
  agentVersion: '3',
  name: 'Ada',
  systemPrompt: 'You are Ada.',
  stt: { provider: 'fake-stt' },
  llm: { provider: 'fake-llm' },
  tts: { provider: 'fake-tts' },
  turns: {},
  recording: false,
  maxDurationSeconds: 600,
}

export function createTestCall(settings: TestCallOptions = {}): TestCall {
  const clock = settings.clock ?? createManualClock()
  const encoding = settings.encoding ?? 'mulaw'
  const carrier = settings.carrier ?? createFakeCarrier(clock)
  const stt = settings.stt ?? createFakeStt({ clock })
  const llm = settings.llm ?? createFakeLlm(clock)
  const tts = settings.tts ?? createFakeTts({ clock })
  const logs: TestCall['logs'] = []
  const endings: CallEnding[] = []
  const progress: CallProgress[] = []
  const session = createCallSession({
    callId: 'call-1',
    tenantId: 'tenant-1',
    agent: { ...AGENT, ...settings.agent },
    format: { encoding, sampleRate: 8000 },
    stt,
    llm,
    tts,
    media: carrier,
    log: (event, fields) => {
      logs.push({ event, fields })
    },
    onProgress: (snapshot) => {
      progress.push(snapshot)
    },
    now: clock.now,
    ticker: clock.ticker,
    ...settings.options,
  })
  session.onEnding = (ending) => {
    endings.push(ending)
  }
  carrier.onMark = (name) => session.onMedia({ type: 'mark', name })

  const encode = encoding === 'mulaw' ? encodeMulaw : encodeAlaw
  const loud = Buffer.alloc(FRAME_BYTES)
  for (let index = 0; index < FRAME_BYTES; index++) loud[index] = encode(index % 8 < 4 ? 8_000 : -8_000)
  const quiet = Buffer.alloc(FRAME_BYTES, encode(0))
  let chunk = 0

  const report = (event: SttEvent) => stt.last().emit(event)
  return {
    clock,
    session,
    carrier,
    stt,
    llm,
    tts,
    logs,
    endings,
    progress,
    report,
    async say(text) {
      report({ type: 'speech-started' })
      await clock.advance(100)
      report({ type: 'interim', text })
      await clock.advance(100)
      report({ type: 'final', text })
      report({ type: 'end-of-turn', text })
    },
    async speak(ms, { isQuiet = false } = {}) {
      for (let spent = 0; spent < ms; spent += FRAME_MS) {
        session.onMedia({ type: 'media', chunk: ++chunk, payload: isQuiet ? quiet : loud })
        await clock.advance(FRAME_MS)
      }
    },
  }
}
