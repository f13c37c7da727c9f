import { describe, expect, it, jest } from '@jest/globals'
import type { TtsEvent } from '../../src/provider-kit/index.ts'
import { createSpeechTurn } from './speech-turn.ts'

function createTurn({ maySpareFlush = true, audioDeadlineMs = 20 } = {}) {
  const sent: string[] = []
  const events: TtsEvent[] = []
  const turn = createSpeechTurn({
    onEvent: (event) => events.push(event),
    onOver: () => sent.push('over'),
    audioDeadlineMs,
  })
  const line = {
    speak: (text: string) => void sent.push(text),
    flush: () => void sent.push('flush'),
    maySpareFlush: () => maySpareFlush,
  }
  return { turn, line, sent, events, types: () => events.map(({ type }) => type) }
}

describe('an utterance of Deepgram', () => {
  it('holds its text until it is its turn', () => {
    const { turn, line, sent } = createTurn()
    turn.write('One')
    turn.write(' two.')
    expect(sent).toEqual([])
    turn.begin(line)
    expect(sent).toEqual(['One two.', 'flush'])
    turn.drop()
  })

  it.each([
    ['Well, ', false],
    ['Well, as far as I can see, ', true],
    ['Yes. ', true],
    ['He said "yes." ', true],
    ['No punctuation at all, however long it goes on and on', false],
  ])('flushes %j early: %s', (text, isEarly) => {
    const { turn, line, sent } = createTurn()
    turn.begin(line)
    turn.write(text)
    expect(sent.includes('flush')).toBe(isEarly)
    turn.drop()
  })

  it('flushes only at the end where no flush can be spared', () => {
    const { turn, line, sent } = createTurn({ maySpareFlush: false })
    turn.begin(line)
    turn.write('One. ')
    turn.write('Two. ')
    expect(sent).toEqual(['One. ', 'Two. '])
    turn.finish()
    expect(sent).toEqual(['One. ', 'Two. ', 'flush'])
    turn.drop()
  })

  it('is not done before the flush of its end was answered', () => {
    const { turn, line, types } = createTurn()
    turn.begin(line)
    turn.write('One. ')
    turn.write('Two')
    turn.receive(Buffer.alloc(8))
    turn.flushed()
    expect(turn.isOwed).toBe(true)
    turn.finish()
    turn.receive(Buffer.alloc(8))
    expect(types()).toEqual(['audio', 'audio'])
    turn.flushed()
    expect(types()).toEqual(['audio', 'audio', 'done'])
    expect(turn.isOwed).toBe(false)
  })

  it('is done with its end where everything was spoken before', async () => {
    const { turn, line, types } = createTurn()
    turn.begin(line)
    turn.write('One. ')
    turn.receive(Buffer.alloc(8))
    turn.flushed()
    turn.write('  ')
    turn.finish()
    await Promise.resolve()
    expect(types()).toEqual(['audio', 'done'])
  })

  it('fails where Deepgram speaks nothing of it', () => {
    const { turn, line, events, sent } = createTurn()
    turn.begin(line)
    turn.write('One.')
    turn.finish()
    turn.flushed()
    expect(events).toEqual([{ type: 'error', error: expect.objectContaining({ kind: 'failed' }) }])
    expect(sent).toEqual(['One.', 'flush', 'over'])
  })

  it('waits for audio only while it is owed, and not for ever', () => {
    jest.useFakeTimers()
    try {
      const { turn, line, types, events } = createTurn({ audioDeadlineMs: 30 })
      turn.begin(line)
      turn.write('Not yet a sentence')
      jest.advanceTimersByTime(50)
      expect(types()).toEqual([])
      turn.finish()
      jest.advanceTimersByTime(20)
      turn.receive(Buffer.alloc(8))
      jest.advanceTimersByTime(20)
      expect(types()).toEqual(['audio'])
      jest.advanceTimersByTime(30)
      expect(types()).toEqual(['audio', 'error'])
      expect(events[1]).toEqual({ type: 'error', error: expect.objectContaining({ kind: 'timeout' }) })
    } finally {
      jest.useRealTimers()
    }
  })
})
