import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { CallSummary } from '../calls/index.ts'
import { CALLS } from '../collections/slugs.ts'
import { bootTestServer } from '../testing/boot.ts'
import type { TestServer } from '../testing/boot.ts'
import { signUp } from '../testing/people.ts'
import type { TestPerson } from '../testing/people.ts'
import { closeCallRecord, markCallAnswered, openCallRecord, saveCallProgress } from './call-records.ts'
import type { CallRecord } from './call-records.ts'

const TRANSCRIPT = [{ speaker: 'caller' as const, text: 'Hello.', startMs: 100, endMs: 520 }]
const TURNS = [{ speechEndMs: 520, finalTranscriptMs: 810, engineMs: 1.5, speculative: false }]

describe('the record of a call', () => {
  let server: TestServer
  let owner: TestPerson
  beforeAll(async () => {
    server = await bootTestServer()
    owner = await signUp(server)
  })
  afterAll(() => server.close())

  const newCall = (carrierCallId: string = randomUUID()) => ({
    tenant: owner.tenant.id,
    provider: 'telnyx',
    direction: 'inbound' as const,
    carrierCallId,
    from: '+13125550100',
    to: '+14155551000',
  })
  const open = async (): Promise<CallRecord> => {
    const record = await openCallRecord({ payload: server.payload, call: newCall() })
    if (!record) throw new Error('The record was not opened.')
    return record
  }
  const read = ({ id }: CallRecord) =>
    server.payload.findByID({ collection: CALLS, id, overrideAccess: true, depth: 0 })
  const progressOf = ({ callId }: CallRecord) => ({
    callId,
    startedAt: new Date().toISOString(),
    transcript: TRANSCRIPT,
    turns: TURNS,
  })

  it('should be opened once for a call of the carrier, even by two at once', async () => {
    const call = newCall()
    const both = await Promise.all([1, 2].map(() => openCallRecord({ payload: server.payload, call })))
    expect(both.filter(Boolean)).toHaveLength(1)
    expect(await openCallRecord({ payload: server.payload, call })).toBeUndefined()
  })

  it('should keep what was known when more becomes known', async () => {
    const record = await open()
    const opened = await read(record)
    await markCallAnswered({ payload: server.payload, record })
    await saveCallProgress({ payload: server.payload, record, progress: progressOf(record) })
    const live = await read(record)
    expect(live).toMatchObject({
      publicId: record.callId,
      from: '+13125550100',
      status: 'in-progress',
      transcript: TRANSCRIPT,
      turns: TURNS,
      tenant: opened.tenant,
    })
    expect(live.answeredAt).toBeTruthy()
    expect(Date.parse(live.updatedAt)).toBeGreaterThan(Date.parse(opened.updatedAt))
    expect(Date.parse(String(live.heartbeatAt))).toBeGreaterThan(Date.parse(String(opened.heartbeatAt)))
  })

  it('should close with the summary, and touch no other record', async () => {
    const [record, other] = [await open(), await open()]
    const summary: CallSummary = {
      ...progressOf(record),
      endedAt: new Date(Date.now() + 1_000).toISOString(),
      endedReason: 'caller-hangup',
      usage: {
        stt: { provider: 'deepgram', audioMs: 1_000 },
        llm: {
          provider: 'openai',
          inputTokens: 1,
          cachedInputTokens: 0,
          outputTokens: 2,
          requests: 1,
          speculations: 0,
          speculationsUsed: 0,
        },
        tts: { provider: 'elevenlabs', characters: 5 },
      },
      requestIds: [],
      warnings: [],
    }
    const receipt = [{ capability: 'stt', provider: 'deepgram', credentialId: 'cred_1', version: 1, requestIds: ['r'] }]
    const closing = { endedReason: 'caller-hangup' as const, summary, receipt, answeredAt: Date.now() - 9_000 }
    await closeCallRecord({ payload: server.payload, record, closing })
    expect(await read(record)).toMatchObject({
      status: 'completed',
      endedReason: 'caller-hangup',
      durationSeconds: 10,
      transcript: TRANSCRIPT,
      usage: summary.usage,
      receipt,
    })
    expect(await read(other)).toMatchObject({ status: 'ringing' })
  })

  it('should keep the transcript of a call that ends without a conversation to sum up', async () => {
    const record = await open()
    await saveCallProgress({ payload: server.payload, record, progress: progressOf(record) })
    await closeCallRecord({
      payload: server.payload,
      record,
      closing: { endedReason: 'carrier-failed', endedDetail: 'The carrier dropped the media stream.' },
    })
    expect(await read(record)).toMatchObject({
      status: 'failed',
      endedDetail: 'The carrier dropped the media stream.',
      transcript: TRANSCRIPT,
    })
  })
})
