import { describe, expect, it } from '@jest/globals'
import type { TtsEvent } from '../../src/provider-kit/index.ts'
import type { ClientMessage } from './protocol.ts'
import { createUtterance } from './utterance.ts'

const ID = 'utterance-1'
const start = () => {
  const sent: ClientMessage[] = []
  const events: TtsEvent[] = []
  let onEvent: (event: TtsEvent) => void = () => undefined
  const state = { mayStart: true, over: 0 }
  const utterance = createUtterance({
    contextId: ID,
    mayStart: () => state.mayStart,
    send: (message) => sent.push(message),
    onStarted: () => undefined,
    onClosing: () => undefined,
    onOver: () => {
      state.over++
    },
    onEvent: (event) => {
      events.push(event)
      onEvent(event)
    },
    audioDeadlineMs: 60,
    quietMs: 20,
  })
  const nextEvent = () =>
    new Promise<TtsEvent>((resolve) => {
      onEvent = resolve
    })
  return { utterance, sent, events, state, nextEvent }
}
const audio = Buffer.alloc(800)
const alignmentOf = (text: string) => {
  const chars = [...text]
  return { chars, starts: chars.map((_, index) => index * 10), durations: chars.map(() => 10) }
}

describe('an utterance', () => {
  it('should open its context with one blank, and close it when its last phrase has begun to sound', () => {
    const { utterance, sent } = start()
    utterance.write('One, ')
    utterance.write('two. ')
    utterance.finish()
    expect(sent).toEqual([
      { text: ' ', context_id: ID },
      { text: 'One, ', context_id: ID },
      { text: 'two. ', context_id: ID },
      { context_id: ID, flush: true },
    ])
    utterance.receive({ audio, alignment: alignmentOf('One, '), isFinal: false })
    expect(sent).toHaveLength(4)
    utterance.receive({ audio, alignment: alignmentOf('two'), isFinal: false })
    expect(sent.slice(4)).toEqual([{ context_id: ID, close_context: true }])
    utterance.cancel()
  })

  it('should close its context after a silence where audio comes without alignment', async () => {
    const { utterance, sent } = start()
    utterance.write('One, ')
    utterance.finish()
    utterance.receive({ audio, isFinal: false })
    expect(sent.at(-1)).toEqual({ context_id: ID, flush: true })
    while (sent.at(-1)?.close_context !== true) await new Promise(setImmediate)
    utterance.cancel()
  })

  it('should hold its text until it may start', () => {
    const { utterance, sent, state } = start()
    state.mayStart = false
    utterance.write('One, ')
    utterance.finish()
    expect(sent).toEqual([])
    state.mayStart = true
    utterance.pump()
    expect(sent.map(({ text, flush }) => text ?? flush)).toEqual([' ', 'One, ', true])
    utterance.cancel()
  })

  it.each<[string, (utterance: ReturnType<typeof start>['utterance']) => void]>([
    ['no audio comes for a phrase', (utterance) => utterance.write('One, ')],
    [
      'the end does not come',
      (utterance) => {
        utterance.write('One, ')
        utterance.receive({ audio, alignment: alignmentOf('One, '), isFinal: false })
        utterance.finish()
      },
    ],
  ])('should fail by its deadline when %s', async (_name, act) => {
    const { utterance, nextEvent, sent, state } = start()
    act(utterance)
    expect(await nextEvent()).toMatchObject({ type: 'error', error: { kind: 'timeout' } })
    expect(sent.at(-1)).toEqual({ context_id: ID, close_context: true })
    expect(state.over).toBe(1)
  })

  it('should have no deadline while it waits for text', async () => {
    const { utterance, events } = start()
    utterance.write('One, ')
    utterance.receive({ audio, alignment: alignmentOf('One, '), isFinal: false })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(events.map(({ type }) => type)).toEqual(['audio', 'words'])
    utterance.cancel()
  })

  it('should not take an end without any audio for speech', () => {
    const { utterance, events } = start()
    utterance.write('One, ')
    utterance.finish()
    utterance.receive({ isFinal: true })
    expect(events).toMatchObject([{ type: 'error', error: { kind: 'failed' } }])
  })

  it('should take an end that comes before its own for a broken utterance', () => {
    const { utterance, events } = start()
    utterance.write('One, ')
    utterance.receive({ isFinal: true })
    expect(events).toMatchObject([{ type: 'error', error: { kind: 'closed' } }])
  })

  it('should deliver nothing any more when it was cancelled from within an event', () => {
    const { utterance, events, nextEvent } = start()
    void nextEvent().then(() => undefined)
    utterance.write('One, ')
    utterance.cancel()
    utterance.receive({ audio, alignment: alignmentOf('One, '), isFinal: true })
    expect(events).toEqual([])
  })
})
