import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { ScriptAnswer, ScriptMessage } from '../../simulators/openai/index.ts'
import { beginTogether } from '../testing/begin-together.ts'
import type { Scenarios } from '../testing/begin-together.ts'
import { createCallRig } from '../testing/call-rig.ts'
import type { CallRig, CarrierId, Workspace } from '../testing/call-rig.ts'
import { LETTERS_BEARABLE, heardSpeech, lettersMissed, listenToAgent } from '../testing/heard-speech.ts'
import { readDtmf } from '../testing/read-dtmf.ts'
import { waitUntil } from '../testing/wait-until.ts'

const PATIENCE_MS = 120_000
const GREETING = 'Hi.'
const HOURS = 'We open at nine.'
const FAILED = 'Nobody is there.'
const SALES = '+14155550177'
const BUSY = '+14155550178'
const AWAY = '+14155550179'
const LOST = '+14155550180'

const transferTo = (destination: string): ScriptAnswer => ({
  text: 'One moment.',
  toolCall: { name: 'transfer_call', arguments: { destination } },
})

const byKey: Record<string, ScriptAnswer> = {
  '1': transferTo('Sales'),
  '2': { toolCall: { name: 'send_digits', arguments: { digits: '42#' } } },
  '3': { text: 'Goodbye then.', toolCall: { name: 'end_call', arguments: {} } },
  '4': transferTo('Busy'),
  '5': transferTo('Away'),
  '6': transferTo('Lost'),
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
  let finished: (scenario: string) => Promise<void>

  beforeAll(async () => {
    rig = await createCallRig<CarrierId>({
      carrier,
      agent: {
        greeting: GREETING,
        tools: [
          { type: 'end-call' },
          { type: 'send-digits' },
          {
            type: 'transfer-call',
            destinations: [
              { name: 'Sales', number: SALES, when: 'To buy.' },
              { name: 'Busy', number: BUSY },
              { name: 'Away', number: AWAY },
              { name: 'Lost', number: LOST },
            ],
          },
        ],
      },
      simulators: { openai: { script: answerTo } },
    })
    tenant = rig.workspaces[0] as Workspace<CarrierId>
    tenant.carrier.callees[SALES] = { afterMs: 100 }
    tenant.carrier.callees[BUSY] = { does: 'busy', afterMs: 50 }
    finished = beginTogether(scenarios)
  }, PATIENCE_MS)
  afterAll(() => rig?.close())

  const answered = async () => {
    const call = tenant.call()
    await call.streaming
    const { endMs } = await listenToAgent(call, { after: 0 })
    return { call, endMs }
  }

  const scenarios: Scenarios = {
    'should be a conversation, paid with the keys of its tenant': async () => {
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
    },

    'should tell the agent of each key once, by whichever ways the carrier tells of it': async () => {
      const { call } = await answered()
      call.pressKey('7')
      call.pressKey('7')
      call.pressKey('#')
      await call.agentSpeaks({ after: call.positionMs })
      await rig.carrier.webhooksSettled()
      call.hangUp()
      await tenant.closedCall(call)
      const asked = rig.openai.requests
        .map(({ body }) => JSON.stringify(body ?? null))
        .filter((body) => body.includes('pressed 7'))
      expect(asked).toEqual([expect.stringContaining('pressed 7 7 on the keypad')])
    },

    'should press keys for the agent': async () => {
      const { call } = await answered()
      call.pressKey('2')
      call.pressKey('#')
      const { startMs } = await listenToAgent(call, { after: call.positionMs })
      if (carrier === 'telnyx') {
        expect(call.events.filter(({ name }) => name === 'agent-keys')).toMatchObject([{ detail: '42#' }])
      } else {
        const read = () => readDtmf(call.recording.agent.subarray(startMs * 8), call.recording.encoding)
        expect(await waitUntil(() => (read().length < 3 ? undefined : read()), 'three keys')).toBe('42#')
      }
      call.hangUp()
      await tenant.closedCall(call)
    },

    'should be hung up by the agent once its goodbye was heard': async () => {
      const { call, endMs } = await answered()
      call.pressKey('3')
      call.pressKey('#')
      expect(await call.ended).toMatchObject({ source: 'callee' })
      expect(lettersMissed(heardSpeech(call, { from: endMs }), 'Goodbye then.')).toBeLessThanOrEqual(LETTERS_BEARABLE)
      expect(await tenant.closedCall(call)).toMatchObject({ status: 'completed', endedReason: 'agent-hangup' })
    },

    'should be handed to a colleague, with whom the caller stays': async () => {
      const { call } = await answered()
      call.pressKey('1')
      call.pressKey('#')
      const transfer = await call.transferred
      expect(transfer).toMatchObject({ to: SALES, from: tenant.number })
      expect(await tenant.closedCall(call)).toMatchObject({
        status: 'completed',
        endedReason: 'transferred',
        transferredTo: SALES,
        toolCalls: [{ name: 'transfer_call', outcome: 'ok' }],
      })
      await rig.carrier.webhooksSettled()
      expect([call.isEnded, transfer.isBridged]).toEqual([false, true])
      transfer.hangUp()
      await call.ended
    },

    'should not be lost in silence where the colleague is busy': async () => {
      const { call, endMs } = await answered()
      call.pressKey('4')
      call.pressKey('#')
      await (await call.transferred).ended
      if (carrier === 'telnyx') {
        const isTold = () => {
          const heard = heardSpeech(call, { from: endMs })
          return lettersMissed(heard.slice(heard.lastIndexOf('n')), FAILED) <= LETTERS_BEARABLE
        }
        await waitUntil(isTold, 'the caller to hear that nobody took the call', PATIENCE_MS / 2)
        call.hangUp()
        expect(await tenant.closedCall(call)).toMatchObject({ status: 'completed', endedReason: 'caller-hangup' })
      } else {
        expect(await tenant.closedCall(call)).toMatchObject({
          status: 'failed',
          endedReason: 'carrier-failed',
          endedDetail: `The call could not be handed to ${BUSY}: busy.`,
        })
      }
    },

    'should not be left to itself where the carrier took its stream and nobody takes it': async () => {
      if (carrier === 'twilio') return
      const { call } = await answered()
      const record = (await tenant.callRecords()).find((of) => of.carrierCallId === call.callControlId)
      const hasEnded = () =>
        rig.logLines.some((line) => line.includes('"call.ended"') && line.includes(String(record?.publicId)))
      call.pressKey('6')
      call.pressKey('#')
      const transfer = await call.transferred
      call.dropStream()
      await waitUntil(hasEnded, 'the conversation to end')
      transfer.decline('user_busy')
      await call.ended
      expect(await tenant.closedCall(call)).toMatchObject({ status: 'failed', endedReason: 'carrier-failed' })
    },

    'should be its caller’s to end while the colleague rings': async () => {
      const { call } = await answered()
      call.pressKey('5')
      call.pressKey('#')
      const transfer = await call.transferred
      call.hangUp()
      await transfer.ended
      expect(await tenant.closedCall(call)).toMatchObject({ status: 'completed', endedReason: 'caller-hangup' })
    },
  }

  it.each(Object.keys(scenarios))('%s', (scenario) => finished(scenario))

  it('should say that the colleague was busy although the carrier tells of the call’s end first', async () => {
    if (carrier === 'telnyx') return
    tenant.carrier.webhookFaults = { delayMs: { dial: 300 } }
    const { call } = await answered()
    call.pressKey('4')
    call.pressKey('#')
    await call.ended
    expect(await tenant.closedCall(call)).toMatchObject({
      endedReason: 'carrier-failed',
      endedDetail: `The call could not be handed to ${BUSY}: busy.`,
    })
    tenant.carrier.webhookFaults = {}
  })

  it('should be refused for an unknown number, and for a key that is missing', async () => {
    expect(rig.carrier.liveCalls).toBe(0)
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
