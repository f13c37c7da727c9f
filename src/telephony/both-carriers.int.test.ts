import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { ScriptAnswer, ScriptMessage } from '../../simulators/openai/index.ts'
import { createCallRig } from '../testing/call-rig.ts'
import type { CallRig, CarrierId, Workspace } from '../testing/call-rig.ts'
import { LETTERS_BEARABLE, heardSpeech, lettersMissed, listenToAgent } from '../testing/heard-speech.ts'
import { readDtmf } from '../testing/read-dtmf.ts'
import { waitUntil } from '../testing/wait-until.ts'

const PATIENCE_MS = 120_000
const GREETING = 'Hi.'
const HOURS = 'We open at nine.'
const FAILED = 'Nobody is there.'
const COLLEAGUE = '+14155550177'

const byKey: Record<string, ScriptAnswer> = {
  '1': { text: 'One moment.', toolCall: { name: 'transfer_call', arguments: { destination: 'Sales' } } },
  '2': { toolCall: { name: 'send_digits', arguments: { digits: '42#' } } },
  '3': { text: 'Goodbye then.', toolCall: { name: 'end_call', arguments: {} } },
}

const answerTo = (messages: readonly ScriptMessage[]): ScriptAnswer => {
  const last = messages.at(-1)
  if (last?.role === 'tool') return /pressed/.test(last.content) ? 'Done.' : FAILED
  const [, key = ''] = /pressed (\d) on the keypad/.exec(last?.content ?? '') ?? []
  return byKey[key] ?? HOURS
}

describe.each<CarrierId>(['telnyx', 'twilio'])('a call that comes in through %s', (carrier) => {
  let rig: CallRig<CarrierId>
  let tenant: Workspace<CarrierId>

  beforeAll(async () => {
    rig = await createCallRig<CarrierId>({
      carrier,
      agent: {
        greeting: GREETING,
        tools: [
          { type: 'end-call' },
          { type: 'send-digits' },
          { type: 'transfer-call', destinations: [{ name: 'Sales', number: COLLEAGUE, when: 'To buy.' }] },
        ],
      },
      simulators: { openai: { script: answerTo } },
    })
    tenant = rig.workspaces[0] as Workspace<CarrierId>
  }, PATIENCE_MS)
  afterAll(() => rig?.close())

  const answered = async () => {
    const call = tenant.call()
    await call.streaming
    const { endMs } = await listenToAgent(call, { after: 0 })
    return { call, endMs }
  }

  it('should be a conversation, paid with the keys of its tenant', async () => {
    const { call, endMs } = await answered()
    expect(lettersMissed(heardSpeech(call), GREETING)).toBeLessThanOrEqual(LETTERS_BEARABLE)
    const asked = await call.say('opening-hours')
    const { text } = await listenToAgent(call, { after: Math.max(endMs, asked.speechEndMs) })
    expect(lettersMissed(text, HOURS)).toBeLessThanOrEqual(LETTERS_BEARABLE)
    call.hangUp()
    const record = await tenant.closedCall(call)
    expect(record).toMatchObject({
      status: 'completed',
      endedReason: 'caller-hangup',
      direction: 'inbound',
      provider: carrier,
      from: '+13125550100',
      to: tenant.number,
    })
    expect(record.receipt).toHaveLength(4)
    expect(rig.carrier.liveCalls).toBe(0)
  })

  it('should tell the agent of each key once, by whichever ways the carrier tells of it', async () => {
    const { call } = await answered()
    const before = rig.openai.requests.length
    call.pressKey('7')
    call.pressKey('7')
    call.pressKey('#')
    await call.agentSpeaks({ after: call.positionMs })
    await rig.carrier.webhooksSettled()
    call.hangUp()
    await tenant.closedCall(call)
    const asked = rig.openai.requests.slice(before)
    expect(asked).toHaveLength(1)
    expect(JSON.stringify(asked[0]?.body)).toContain('pressed 7 7 on the keypad')
  })

  it('should press keys for the agent', async () => {
    const { call } = await answered()
    call.pressKey('2')
    call.pressKey('#')
    const { startMs } = await listenToAgent(call, { after: call.positionMs })
    if (carrier === 'telnyx') {
      expect(call.events.filter(({ name }) => name === 'agent-keys')).toMatchObject([{ detail: '42#' }])
    } else {
      await call.agentSilent({ forMs: 600, after: startMs })
      expect(readDtmf(call.recording.agent.subarray(startMs * 8), call.recording.encoding)).toBe('42#')
    }
    call.hangUp()
    await tenant.closedCall(call)
  })

  it('should be hung up by the agent once its goodbye was heard', async () => {
    const { call, endMs } = await answered()
    call.pressKey('3')
    call.pressKey('#')
    expect(await call.ended).toMatchObject({ source: 'callee' })
    expect(heardSpeech(call, { from: endMs })).toMatch(/^goodbye then\./)
    expect(await tenant.closedCall(call)).toMatchObject({ status: 'completed', endedReason: 'agent-hangup' })
  })

  it('should be handed to a colleague, with whom the caller stays', async () => {
    tenant.carrier.callees[COLLEAGUE] = { afterMs: 100 }
    const { call } = await answered()
    call.pressKey('1')
    call.pressKey('#')
    const transfer = await call.transferred
    expect(transfer).toMatchObject({ to: COLLEAGUE, from: tenant.number })
    expect(await tenant.closedCall(call)).toMatchObject({
      status: 'completed',
      endedReason: 'transferred',
      transferredTo: COLLEAGUE,
    })
    await rig.carrier.webhooksSettled()
    expect([call.isEnded, transfer.isBridged]).toEqual([false, true])
    transfer.hangUp()
    await call.ended
  })

  it('should not be lost in silence where the colleague is busy', async () => {
    tenant.carrier.callees[COLLEAGUE] = { does: 'busy', afterMs: 50 }
    const { call, endMs } = await answered()
    call.pressKey('1')
    call.pressKey('#')
    await (await call.transferred).ended
    if (carrier === 'telnyx') {
      await call.agentSilent({ forMs: 800, after: endMs + 200 })
      expect(heardSpeech(call, { from: endMs })).toMatch(/nobody is there\.$/)
      call.hangUp()
      expect(await tenant.closedCall(call)).toMatchObject({ status: 'completed', endedReason: 'caller-hangup' })
    } else {
      expect(await tenant.closedCall(call)).toMatchObject({
        status: 'failed',
        endedReason: 'carrier-failed',
        endedDetail: `The call could not be handed to ${COLLEAGUE}: busy.`,
      })
    }
  })

  it('should not be left to itself where the carrier took its stream and nobody takes it', async () => {
    if (carrier === 'twilio') return
    delete tenant.carrier.callees[COLLEAGUE]
    const { call } = await answered()
    const ends = () => rig.logLines.filter((line) => line.includes('"call.ended"')).length
    const before = ends()
    call.pressKey('1')
    call.pressKey('#')
    const transfer = await call.transferred
    call.dropStream()
    await waitUntil(() => ends() > before, 'the conversation to end')
    transfer.decline('user_busy')
    await call.ended
    expect(await tenant.closedCall(call)).toMatchObject({ status: 'failed', endedReason: 'carrier-failed' })
  })

  it('should be its caller’s to end while the colleague rings', async () => {
    delete tenant.carrier.callees[COLLEAGUE]
    const { call } = await answered()
    call.pressKey('1')
    call.pressKey('#')
    const transfer = await call.transferred
    call.hangUp()
    await transfer.ended
    expect(await tenant.closedCall(call)).toMatchObject({ status: 'completed', endedReason: 'caller-hangup' })
  })

  it('should be refused for an unknown number, and for a key that is missing', async () => {
    const unknown = tenant.call({ to: '+14155559999' })
    await unknown.rejected
    expect(await tenant.closedCall(unknown)).toMatchObject({ status: 'failed', endedReason: 'unknown-number' })
    await tenant.as('delete', '/api/user-api-keys/deepgram?confirm=true').expect(200)
    const call = tenant.call()
    await call.rejected
    expect(await tenant.closedCall(call)).toMatchObject({
      endedReason: 'key-missing',
      endedDetail: expect.stringContaining('Deepgram API key not configured'),
    })
    await tenant.as('post', '/api/user-api-keys/store').send({ provider: 'deepgram', apiKey: tenant.keys.deepgram })
  })
})
