import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { getRuntime } from '../server/runtime.ts'
import { createCallRig } from '../testing/call-rig.ts'
import type { CallDocument, CallRig, Workspace } from '../testing/call-rig.ts'
import { heardSpeech, listenToAgent } from '../testing/heard-speech.ts'
import { waitUntil } from '../testing/wait-until.ts'

const FAREWELL = 'I have to go. Goodbye.'
const STORY = 'Once upon a time there was a king, and the king had a horse, and the horse had a dream.'

describe('calls at the end of the server', () => {
  let rig: CallRig
  let tenant: Workspace
  let other: Workspace
  beforeAll(async () => {
    rig = await createCallRig({
      tenants: 2,
      agent: (index) => ({ greeting: index === 0 ? 'Hello.' : STORY }),
      simulators: { openai: { script: () => 'Yes.' } },
    })
    ;[tenant, other] = rig.workspaces as [Workspace, Workspace]
  })
  afterAll(() => rig?.close())

  const liveCallOf = ({ tenantId }: Workspace) =>
    waitUntil(() => [...getRuntime().liveCalls.values()].find((call) => call.tenantId === tenantId), 'the live call')

  it('should say goodbye, even into a sentence of their own, and close their records', async () => {
    const [idle, speaking] = [tenant.call(), other.call()]
    await Promise.all([idle.streaming, speaking.streaming])
    await listenToAgent(idle, { after: 0 })
    const begun = await speaking.agentSpeaks({ after: 0 })
    await speaking.agentSpeaks({ after: begun.atMs + 500 })
    const live = await Promise.all([liveCallOf(tenant), liveCallOf(other)])
    const ended = live.map((call) => call.end('shutdown', FAREWELL))
    // Whoever stops the server twice ends no call twice.
    ended.push(...live.map((call) => call.end('shutdown', FAREWELL)))
    await Promise.all(
      ended.map(async (end, index) => {
        await end
        // The promise is that the record is closed, so it is looked at without any wait.
        const { callId } = live[index % live.length] as { callId: string }
        const where = { publicId: { equals: callId } }
        const record = await rig.server.payload.db.findOne<CallDocument>({ collection: 'calls', where })
        expect(record).toMatchObject({ endedReason: 'shutdown' })
      }),
    )
    const records = await Promise.all([tenant.callRecords(), other.callRecords()])
    for (const [record] of records)
      expect(record).toMatchObject({ status: 'completed', endedReason: 'shutdown', error: null })
    expect(records.map(([record]) => record?.transcript?.at(-1)?.text)).toEqual([FAREWELL, FAREWELL])
    expect(records[1]?.[0]?.transcript?.[0]).toMatchObject({ text: STORY, interrupted: true })

    const ends = await Promise.all([idle.ended, speaking.ended])
    for (const end of ends)
      expect(end).toEqual({ cause: 'normal_clearing', source: 'callee', closeCode: 1000, closeReason: 'shutdown' })
    expect(heardSpeech(idle)).toBe(`hello. ${FAREWELL}`.toLowerCase())
    expect(heardSpeech(speaking)).toMatch(/^once upon .*i have to go\. goodbye\.$/)
    expect(heardSpeech(speaking)).not.toContain('dream')
    expect(getRuntime().liveCalls.size).toBe(0)
  })

  it('should have closed records when the server closes under them', async () => {
    const streaming = tenant.call()
    await streaming.streaming
    const ringing = other.call()
    await ringing.answered
    await rig.server.closeCalls()
    expect(getRuntime().liveCalls.size).toBe(0)
    for (const [workspace, call] of [
      [tenant, streaming],
      [other, ringing],
    ] as const) {
      const record = (await workspace.callRecords()).find(({ carrierCallId }) => carrierCallId === call.callControlId)
      expect(record).toMatchObject({ endedReason: 'shutdown' })
    }
    await Promise.all([streaming.ended, ringing.ended])
  })
})
