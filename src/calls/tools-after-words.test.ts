import { describe, expect, it } from '@jest/globals'
import type { CallTool } from './call-tool.ts'
import { endCall, untilSpoken } from './testing/conversation-steps.ts'
import { calling } from './testing/fake-llm.ts'
import { createTool, rolesOf, startWithTools } from './testing/tool-call.ts'

describe('tools that wait for the words before them', () => {
  const HANG_UP = { name: 'end_call', arguments: {} }
  const createHangUp = (overrides: Partial<CallTool> = {}) =>
    createTool({
      name: 'end_call',
      parameters: { type: 'object', properties: {} },
      timing: 'after-words',
      wordsFirst: 'Say goodbye first.',
      effect: 'ends-call',
      ...overrides,
    })

  it('end the call once its goodbye was heard', async () => {
    const { tool, runs } = createHangUp()
    const call = startWithTools([calling('Goodbye, and thank you.', HANG_UP)], [tool])
    await call.say('That is all.')
    await call.clock.until(() => call.carrier.frames.length > 0)
    await call.clock.advance(600)
    expect(runs).toHaveLength(0)
    await call.clock.until(() => runs.length > 0)
    expect(call.carrier.isSilent()).toBe(true)
    expect(call.endings).toEqual([])
    runs[0]?.answer('Done.')
    await call.clock.advance(20)
    expect(call.endings).toEqual([{ reason: 'agent-hangup' }])
    await call.clock.advance(200)
    const summary = await call.session.done
    expect(summary.transcript.at(-1)).toMatchObject({ speaker: 'agent', text: 'Goodbye, and thank you.' })
    expect(summary.transcript.at(-1)).not.toHaveProperty('interrupted')
    expect(summary.toolCalls?.map(({ outcome }) => outcome)).toEqual(['ok'])
    expect(call.llm.requests).toHaveLength(1)
  })

  it('make a model that hangs up without a word say goodbye', async () => {
    const { tool } = createHangUp({ run: async () => 'Done.' })
    const call = startWithTools([calling('', HANG_UP), 'Goodbye.'], [tool])
    await call.say('That is all.')
    await call.clock.until(() => call.endings.length > 0)
    expect(rolesOf(call.llm.requests[1]?.messages).at(-1)).toEqual(['tool', 'Say goodbye first.'])
    await call.clock.advance(200)
    const summary = await call.session.done
    expect(summary.transcript.at(-1)?.text).toBe('Goodbye.')
    expect(summary.endedReason).toBe('agent-hangup')
  })

  it('do not run when the caller speaks first', async () => {
    const { tool, runs } = createHangUp()
    const call = startWithTools(
      [calling('Goodbye, and thank you for your call.', HANG_UP), 'We close at five.'],
      [tool],
    )
    await call.say('That is all.')
    await call.clock.until(() => call.carrier.frames.length > 20)
    await call.say('Wait, when do you close?')
    await untilSpoken(call)
    expect(runs).toHaveLength(0)
    expect(call.endings).toEqual([])
    expect(rolesOf(call.llm.requests[1]?.messages).at(-2)).toEqual(['tool', expect.stringContaining('spoke first')])
    const summary = await endCall(call)
    expect(summary.toolCalls?.map(({ outcome }) => outcome)).toEqual(['dropped'])
  })

  it('leave the caller to whom they were handed, or to the agent where that failed', async () => {
    const hand = { name: 'hand_over', arguments: {} }
    const { tool, runs } = createHangUp({ name: 'hand_over', effect: 'ends-turn', deadlineMs: 60_000 })
    const call = startWithTools(
      [calling('I will connect you.', hand), 'Sorry, nobody answers.', calling('Again.', hand)],
      [tool],
    )
    await call.say('A person please.')
    await call.clock.until(() => runs.length > 0)
    await call.clock.advance(20_000)
    runs[0]?.answer({ failed: 'Nobody answered.' })
    await untilSpoken(call)
    expect(rolesOf(call.llm.requests[1]?.messages).at(-1)).toEqual(['tool', 'Nobody answered.'])
    await call.say('Try again.')
    await call.clock.until(() => runs.length > 1)
    runs[1]?.answer('Connected.')
    await call.clock.advance(2_000)
    expect(call.llm.requests).toHaveLength(3)
    const summary = await endCall(call)
    expect(summary.transcript.filter(({ speaker }) => speaker === 'agent').map(({ text }) => text)).toEqual([
      'I will connect you.',
      'Sorry, nobody answers.',
      'Again.',
    ])
    expect(summary.toolCalls?.map(({ outcome }) => outcome)).toEqual(['failed', 'ok'])
    expect(summary.turns).toHaveLength(2)
  })
})
