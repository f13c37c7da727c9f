import { describe, expect, it } from '@jest/globals'
import { endCall, untilSpoken } from './testing/conversation-steps.ts'
import { createFakeLlm } from './testing/fake-llm.ts'
import { createManualClock } from './testing/manual-clock.ts'
import { createTestCall } from './testing/test-call.ts'
import type { TestCallOptions } from './testing/test-call.ts'

const LONG = 'Please enter your customer number now, and press the hash key when you have done so.'

const start = (settings: TestCallOptions = {}) => {
  const clock = createManualClock()
  const call = createTestCall({ clock, llm: createFakeLlm(clock, ['Thank you.', 'Good.']), ...settings })
  call.session.start()
  const press = (digits: string) => {
    for (const digit of digits) call.session.onMedia({ type: 'dtmf', digit })
  }
  return { ...call, press, asked: () => call.llm.requests.map(({ messages }) => messages.at(-1)?.content) }
}

describe('keys that the caller presses', () => {
  it('stop the agent, reach the model after a pause, and stand in the transcript as keys', async () => {
    const call = start({ agent: { greeting: LONG } })
    await call.clock.advance(1_500)
    call.press('1')
    expect(call.carrier.clears).toBe(1)
    const { length } = call.carrier.frames
    await call.clock.advance(1_400)
    call.press('2*')
    await call.clock.advance(1_400)
    expect(call.carrier.frames).toHaveLength(length)
    expect(call.llm.requests).toHaveLength(0)
    await call.clock.advance(200)
    expect(call.asked()).toEqual(['The caller pressed 1 2 * on the keypad.'])
    await untilSpoken({ ...call })
    const { transcript, turns } = await endCall(call)
    expect(transcript.map(({ speaker, text, keys }) => [speaker, text, keys])).toEqual([
      ['agent', LONG, undefined],
      ['caller', 'Pressed 1 2 *', '12*'],
      ['agent', 'Thank you.', undefined],
    ])
    expect(transcript[0]).toMatchObject({ interrupted: true })
    expect(turns).toHaveLength(1)
  })

  it('end with the hash key, or when there are as many as may be', async () => {
    const call = start()
    call.press('42#')
    await call.clock.advance(0)
    expect(call.asked()).toEqual(['The caller pressed 4 2 on the keypad.'])
    await untilSpoken(call)
    call.press('#')
    expect(call.asked().at(-1)).toBe('The caller pressed # on the keypad.')
    await untilSpoken(call)
    call.press('1'.repeat(32))
    expect(call.asked().at(-1)).toContain('1 1 1')
    expect(call.llm.requests).toHaveLength(3)
    await endCall(call)
  })

  it('belong to the words that were said with them', async () => {
    const call = start()
    call.report({ type: 'speech-started' })
    call.report({ type: 'final', text: 'My number is' })
    call.press('42#')
    expect(call.asked()).toEqual(['My number is The caller pressed 4 2 on the keypad.'])
    call.report({ type: 'end-of-turn', text: 'My number is' })
    await call.clock.advance(50)
    expect(call.llm.requests).toHaveLength(1)
    const { transcript } = await endCall(call)
    expect(transcript.map(({ text }) => text)).toEqual(['My number is', 'Pressed 4 2'])
  })

  it('are never answered with an answer that was begun without them', async () => {
    const call = start()
    call.report({ type: 'eager-end-of-turn', text: 'My number is' })
    await call.clock.advance(500)
    expect(call.asked()).toEqual(['My number is'])
    call.press('42#')
    expect(call.asked()).toEqual(['My number is', 'My number is The caller pressed 4 2 on the keypad.'])
    const { usage } = await endCall(call)
    expect(usage.llm.speculationsUsed).toBe(0)
  })

  it('wait for an agent that may not be interrupted', async () => {
    const call = start({ agent: { greeting: LONG, turns: { bargeIn: false } } })
    await call.clock.advance(500)
    call.press('4#')
    call.press('2#')
    await call.clock.advance(500)
    expect(call.llm.requests).toHaveLength(0)
    expect(call.carrier.clears).toBe(0)
    await call.clock.until(() => call.llm.requests.length > 0)
    expect(call.asked()).toEqual(['The caller pressed 4 2 on the keypad.'])
    await endCall(call)
  })

  it('are written down when the call ends before they reach the model, and keep it from falling silent', async () => {
    const call = start({
      agent: { turns: { silenceTimeoutSeconds: 10 } },
      options: { deadlines: { keyPauseMs: 60_000 } },
    })
    await call.clock.advance(9_000)
    call.press('7')
    await call.clock.advance(9_000)
    expect(call.endings).toEqual([])
    const { transcript } = await endCall(call)
    expect(transcript).toEqual([expect.objectContaining({ speaker: 'caller', keys: '7' })])
    expect(call.llm.requests).toHaveLength(0)
  })
})
