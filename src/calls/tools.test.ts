import { describe, expect, it } from '@jest/globals'
import { ProviderError } from '../provider-kit/index.ts'
import { endCall, untilSpoken } from './testing/conversation-steps.ts'
import { calling } from './testing/fake-llm.ts'
import type { FakeReply } from './testing/fake-llm.ts'
import { createFakeTts } from './testing/fake-tts.ts'
import { createManualClock } from './testing/manual-clock.ts'
import { createTool, LOOK_UP, rolesOf, startWithTools } from './testing/tool-call.ts'

const toolNotes = (call: ReturnType<typeof startWithTools>) =>
  call.logs.filter(({ event }) => event === 'tool.called').map(({ fields }) => fields)

describe("an agent's tools", () => {
  it('run while what was said before is spoken, and the answer goes on in the same turn', async () => {
    const { tool, runs } = createTool({ describe: ({ day }) => String(day) })
    const call = startWithTools([calling('Let me look that up.', LOOK_UP), 'We open at nine.', 'Goodbye.'], [tool])
    await call.say('When do you open on Monday?')
    await call.clock.until(() => runs.length > 0)
    await call.clock.until(() => call.carrier.frames.length > 0)
    expect(runs[0]?.args).toEqual({ day: 'Monday' })
    // Spoken to its end although the model is not done: a voice may wait for more text otherwise.
    await call.clock.until(call.carrier.isSilent)
    expect(call.carrier.heard().length / 8).toBeGreaterThanOrEqual('Let me look that up.'.length * 50)
    expect(call.tts.last().isFinished()).toBe(true)
    runs[0]?.answer('It opens at nine.')
    await untilSpoken(call)
    await call.say('Thank you.')
    await untilSpoken(call)
    const summary = await endCall(call)

    expect(summary.transcript.map(({ text }) => text)).toEqual([
      'When do you open on Monday?',
      'Let me look that up. We open at nine.',
      'Thank you.',
      'Goodbye.',
    ])
    expect(call.llm.requests[0]?.tools).toEqual([
      { name: 'look_up', description: 'Looks up a day.', parameters: tool.parameters },
    ])
    const called = [
      { role: 'user', content: 'When do you open on Monday?' },
      { role: 'assistant', content: 'Let me look that up.', toolCalls: [{ ...LOOK_UP, id: expect.any(String) }] },
      { role: 'tool', toolCallId: expect.any(String), toolName: 'look_up', content: 'It opens at nine.' },
    ]
    expect(call.llm.requests[1]?.messages).toEqual(called)
    expect(call.llm.requests[2]?.messages).toEqual([
      ...called,
      { role: 'assistant', content: 'We open at nine.' },
      { role: 'user', content: 'Thank you.' },
    ])
    expect(summary.usage.llm.requests).toBe(3)
    expect(summary.turns).toHaveLength(2)
    expect(summary.toolCalls).toEqual([
      { name: 'look_up', startMs: expect.any(Number), durationMs: expect.any(Number), outcome: 'ok', detail: 'Monday' },
    ])
    expect(toolNotes(call)).toEqual([{ name: 'look_up', durationMs: expect.any(Number), ok: true }])
    expect(JSON.stringify(call.logs)).not.toMatch(/Monday|nine/)
  })

  it('tell the model what was wrong with a call instead of running it', async () => {
    const { tool, runs } = createTool()
    const call = startWithTools(
      [
        calling(
          '',
          { name: 'look_up', arguments: { day: 'Someday' } },
          { name: 'look_up', arguments: {}, isMalformed: true },
          { name: 'launch_rocket', arguments: {} },
        ),
        'I cannot do that.',
      ],
      [tool],
    )
    await call.say('Do it.')
    await untilSpoken(call)
    const summary = await endCall(call)
    expect(runs).toHaveLength(0)
    const told = rolesOf(call.llm.requests[1]?.messages).slice(2)
    expect(told).toEqual([
      ['tool', expect.stringContaining('day: ')],
      ['tool', expect.stringContaining('not a JSON object')],
      ['tool', expect.stringContaining('There are: look_up')],
    ])
    expect(summary.toolCalls?.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'refused'])
    // A name that the model made up may hold anything.
    expect(toolNotes(call).map((fields) => fields?.name)).toEqual(['look_up', 'look_up', 'unknown'])
    expect(summary.transcript.at(-1)?.text).toBe('I cannot do that.')
  })

  it('are stopped when they take too long, and keep what they throw to themselves', async () => {
    const { tool, runs } = createTool()
    const call = startWithTools(
      [calling('', LOOK_UP), calling('', { ...LOOK_UP, arguments: { day: 'Tuesday' } }), 'Sorry.'],
      [tool],
      { options: { deadlines: { toolMs: 400 } } },
    )
    await call.say('Look it up.')
    await call.clock.until(() => runs.length === 2)
    expect(runs[0]?.signal.aborted).toBe(true)
    runs[1]?.fail(new Error('secret address'))
    await untilSpoken(call)
    const summary = await endCall(call)
    const told = rolesOf(call.llm.requests[2]?.messages).filter(([role]) => role === 'tool')
    expect(told.map(([, content]) => content)).toEqual([expect.stringContaining('too long'), 'The tool failed.'])
    expect(summary.toolCalls?.map(({ outcome, durationMs }) => [outcome, durationMs])).toEqual([
      ['timed-out', 400],
      ['failed', expect.any(Number)],
    ])
  })

  it('run at most five times in a turn, however often the model calls', async () => {
    const { tool, runs } = createTool({
      run: async () => {
        runs.push({ args: undefined, signal: new AbortController().signal, answer: () => {}, fail: () => {} })
        return 'Once more.'
      },
    })
    const call = startWithTools([calling('', LOOK_UP)], [tool])
    await call.say('Look it up.')
    await call.clock.until(() => call.llm.requests.length === 6)
    await call.clock.advance(1_000)
    expect(runs).toHaveLength(5)
    expect(call.llm.requests.map(({ toolChoice }) => toolChoice ?? 'auto')).toEqual([
      ...Array.from({ length: 5 }, () => 'auto'),
      'none',
    ])
    expect(call.llm.requests).toHaveLength(6)
    // The next turn may use them again.
    await call.say('Again.')
    await call.clock.until(() => runs.length > 5)
    await endCall(call)
  })

  it('keep the result of a tool that the caller interrupted, and run it once', async () => {
    const { tool, runs } = createTool()
    const call = startWithTools([calling('One moment please, I am looking.', LOOK_UP), 'Yes, it is nine.'], [tool])
    await call.say('When?')
    await call.clock.until(() => runs.length > 0)
    await call.clock.until(() => call.carrier.frames.length > 20)
    call.report({ type: 'interim', text: 'on Monday' })
    expect(runs[0]?.signal.aborted).toBe(false)
    runs[0]?.answer('Nine.')
    await call.clock.advance(50)
    call.report({ type: 'end-of-turn', text: 'On Monday I mean.' })
    await untilSpoken(call)
    const summary = await endCall(call)
    const [, said, result, caller] = call.llm.requests[1]?.messages ?? []
    expect(said).toMatchObject({ role: 'assistant', toolCalls: [{ name: 'look_up' }] })
    expect('One moment please, I am looking.'.startsWith(said?.content as string)).toBe(true)
    expect(said?.content.length).toBeLessThan(25)
    expect(said?.content).toBe(summary.transcript[1]?.heard)
    expect(result).toMatchObject({ role: 'tool', content: 'Nine.' })
    expect(caller).toEqual({ role: 'user', content: 'On Monday I mean.' })
    expect(runs).toHaveLength(1)
    expect(summary.toolCalls?.map(({ outcome }) => outcome)).toEqual(['ok'])
  })

  it('tell what they found later when the caller was answered meanwhile, and are not started twice', async () => {
    const { tool, runs } = createTool()
    const call = startWithTools([calling('', LOOK_UP), calling('Still looking.', LOOK_UP), 'It opens at nine.'], [tool])
    await call.say('When?')
    await call.clock.until(() => runs.length > 0)
    await call.say('Hello?')
    await call.clock.until(() => call.llm.requests.length === 2)
    expect(rolesOf(call.llm.requests[1]?.messages)).toEqual([
      ['user', 'When?'],
      ['assistant', ''],
      ['tool', expect.stringContaining('still running')],
      ['user', 'Hello?'],
    ])
    await untilSpoken(call)
    expect(runs).toHaveLength(1)
    runs[0]?.answer('Nine.')
    await untilSpoken(call)
    const summary = await endCall(call)
    expect(summary.transcript.at(-1)?.text).toContain('It opens at nine.')
    const last = call.llm.requests.at(-1)?.messages ?? []
    expect(last.filter(({ role, content }) => role === 'tool' && content === 'Nine.')).toHaveLength(1)
    expect(summary.toolCalls).toHaveLength(1)
  })

  it('tell what they found as soon as nobody speaks', async () => {
    const { tool, runs } = createTool()
    const call = startWithTools([calling('', LOOK_UP), 'I am still looking.', 'It opens at nine.'], [tool])
    await call.say('When?')
    await call.clock.until(() => runs.length > 0)
    await call.say('Hello?')
    await untilSpoken(call)
    runs[0]?.answer('Nine.')
    await untilSpoken(call)
    const summary = await endCall(call)
    expect(summary.transcript.at(-1)?.text).toBe('It opens at nine.')
    expect(rolesOf(call.llm.requests[2]?.messages).at(-1)).toEqual(['user', '(look_up has answered now: Nine.)'])
  })

  it('never run for a turn that has not ended', async () => {
    const { tool, runs } = createTool()
    const call = startWithTools([calling('', LOOK_UP), calling('', LOOK_UP), 'Nine.'], [tool])
    call.report({ type: 'eager-end-of-turn', text: 'When do you open' })
    await call.clock.advance(1_000)
    expect(call.llm.requests).toHaveLength(1)
    expect(runs).toHaveLength(0)
    call.report({ type: 'turn-resumed' })
    await call.clock.advance(1_000)
    expect(runs).toHaveLength(0)
    call.report({ type: 'eager-end-of-turn', text: 'When do you open on Monday' })
    await call.clock.advance(1_000)
    expect(runs).toHaveLength(0)
    call.report({ type: 'end-of-turn', text: 'When do you open on Monday?' })
    await call.clock.advance(20)
    expect(runs).toHaveLength(1)
    runs[0]?.answer('Nine.')
    await untilSpoken(call)
    const summary = await endCall(call)
    expect(summary.usage.llm).toMatchObject({ speculations: 2, speculationsUsed: 1, requests: 3 })
  })

  it('are known to a second attempt at the model, which does not run them again', async () => {
    const { tool, runs } = createTool({
      run: async () => {
        runs.push({ args: undefined, signal: new AbortController().signal, answer: () => {}, fail: () => {} })
        return 'Nine.'
      },
    })
    const error = new ProviderError({ provider: 'fake-llm', kind: 'unreachable', message: 'Out of reach' })
    const call = startWithTools([calling('One moment.', LOOK_UP), { error }, 'At nine.'], [tool])
    await call.say('When?')
    await call.clock.until(() => call.llm.requests.length === 3)
    await call.clock.until(() => call.tts.last().text().includes('nine'))
    await call.clock.until(call.carrier.isSilent)
    await call.clock.advance(100)
    const summary = await endCall(call)
    expect(runs).toHaveLength(1)
    expect(call.llm.requests[2]?.messages).toEqual(call.llm.requests[1]?.messages)
    expect(summary.transcript.at(-1)?.text).toBe('One moment. At nine.')
    expect(summary.endedReason).toBe('caller-hangup')
  })

  it('leave the estimate of what was heard right across a tool', async () => {
    const clock = createManualClock()
    const rest = 'The garden room is free from the fourth to the ninth, and it costs ninety.'
    const { tool, runs } = createTool()
    const call = startWithTools([calling('One moment.', LOOK_UP), rest], [tool], {
      clock,
      tts: createFakeTts({ clock, hasWords: true }),
    })
    await call.say('What is free?')
    await clock.until(() => runs.length > 0)
    await clock.until(() => call.carrier.frames.length > 0)
    await clock.advance(2_000)
    const before = call.carrier.heard().length
    runs[0]?.answer('The garden room.')
    await clock.until(() => call.carrier.heard().length > before)
    await clock.advance(1_500)
    call.report({ type: 'interim', text: 'stop' })
    call.report({ type: 'end-of-turn', text: 'Stop.' })
    const heardOfRest = (call.carrier.heard().length - before) / 8 / 50
    const messages = call.llm.requests[2]?.messages ?? []
    expect(messages[1]).toMatchObject({ role: 'assistant', content: 'One moment.' })
    const after = messages[3] as { role: string; content: string }
    expect(after.role).toBe('assistant')
    expect(rest.startsWith(after.content)).toBe(true)
    expect(after.content.length).toBeGreaterThan(heardOfRest - 12)
    expect(after.content.length).toBeLessThanOrEqual(heardOfRest + 3)
    await endCall(call)
  })

  it('abort with the call', async () => {
    const { tool, runs } = createTool()
    const call = startWithTools([calling('', LOOK_UP)], [tool])
    await call.say('When?')
    await call.clock.until(() => runs.length > 0)
    const summary = await endCall(call)
    expect(runs[0]?.signal.aborted).toBe(true)
    expect(summary.toolCalls?.map(({ outcome }) => outcome)).toEqual(['dropped'])
    expect(toolNotes(call)).toMatchObject([{ name: 'look_up', ok: false }])
  })

  it('may be why the call ends, and have then succeeded', async () => {
    const { tool, runs } = createTool()
    const call = startWithTools([calling('', LOOK_UP)], [tool])
    await call.say('When?')
    await call.clock.until(() => runs.length > 0)
    void call.session.end('transferred')
    runs[0]?.answer('Connected.')
    await call.clock.until(() => call.clock.listeners() === 0, 6_000)
    const summary = await call.session.done
    expect(summary.toolCalls?.map(({ outcome }) => outcome)).toEqual(['ok'])
    expect(call.llm.requests).toHaveLength(1)
  })
})

describe("a model's notices", () => {
  it("are kept once among the call's warnings", async () => {
    const reply: FakeReply = { pieces: ['Yes. '], warnings: ['temperature was left out.', 'Another.'] }
    const call = startWithTools([reply], [])
    expect(call.llm.requests).toHaveLength(0)
    await call.say('One?')
    await untilSpoken(call)
    await call.say('Two?')
    await untilSpoken(call)
    const summary = await endCall(call)
    expect(call.llm.requests).toHaveLength(2)
    expect(call.llm.requests[0]).not.toHaveProperty('tools')
    expect(summary.warnings).toEqual(['temperature was left out.', 'Another.'])
    expect(summary).not.toHaveProperty('toolCalls')
  })
})
