import { describe, expect, it } from '@jest/globals'
import type { MessageReader } from './message-reader.ts'
import { createV1Reader, createV2Reader } from './message-reader.ts'

const results = (transcript: string, flags: object = {}) =>
  JSON.stringify({
    type: 'Results',
    is_final: false,
    speech_final: false,
    channel: { alternatives: [{ transcript, confidence: 0.9, words: [] }] },
    ...flags,
  })
const final = (transcript: string, flags: object = {}) => results(transcript, { is_final: true, ...flags })
const turn = (event: string, transcript: string) =>
  JSON.stringify({ type: 'TurnInfo', event, transcript, words: [{ word: 'x', confidence: 0.5 }], turn_index: 0 })
const readAll = (reader: MessageReader, messages: string[]) => messages.flatMap((message) => reader.read(message))

describe('createV1Reader', () => {
  it('joins settled segments into a turn and shows the whole turn in interims', () => {
    const messages = [
      '{"type":"SpeechStarted","channel":[0,1],"timestamp":1}',
      results('My num'),
      final('My number is'),
      results('five five'),
      final('five five five.', { speech_final: true }),
      '{"type":"UtteranceEnd","channel":[0,1],"last_word_end":3}',
    ]
    expect(readAll(createV1Reader(), messages)).toEqual([
      { type: 'speech-started' },
      { type: 'interim', text: 'My num' },
      { type: 'final', text: 'My number is', confidence: 0.9 },
      { type: 'interim', text: 'My number is five five' },
      { type: 'final', text: 'five five five.', confidence: 0.9 },
      { type: 'end-of-turn', text: 'My number is five five five.' },
    ])
  })

  it.each([
    ['UtteranceEnd', '{"type":"UtteranceEnd"}'],
    ['an empty final with speech_final', final('', { speech_final: true })],
    ['an empty answer to Finalize', final('', { from_finalize: true })],
  ])('ends a turn on %s too, once', (_name, message) => {
    const events = readAll(createV1Reader(), [final('Hello.'), message, message])
    expect(events.filter((event) => event.type === 'end-of-turn')).toEqual([{ type: 'end-of-turn', text: 'Hello.' }])
  })

  it('ends no turn without words and keeps turns apart', () => {
    const reader = createV1Reader()
    expect(readAll(reader, [final('', { speech_final: true }), '{"type":"UtteranceEnd"}', results('')])).toEqual([])
    readAll(reader, [final('One.', { speech_final: true })])
    expect(readAll(reader, [final('Two.', { speech_final: true })]).at(-1)).toEqual({
      type: 'end-of-turn',
      text: 'Two.',
    })
  })

  it('gives up an open turn on flush, once', () => {
    const reader = createV1Reader()
    readAll(reader, [final('Unfinished')])
    expect(reader.flush()).toEqual([{ type: 'end-of-turn', text: 'Unfinished' }])
    expect(reader.flush()).toEqual([])
  })

  it.each([
    '',
    'no json',
    '[]',
    'null',
    '{"type":"Results"}',
    '{"type":"Results","channel":{"alternatives":[7]}}',
    '{"type":"New"}',
  ])('passes over %j', (message) => {
    expect(createV1Reader().read(message)).toEqual([])
  })
})

describe('createV2Reader', () => {
  it('follows a turn with a false end', () => {
    const messages = [
      '{"type":"Connected","request_id":"x","sequence_id":0}',
      turn('StartOfTurn', 'My'),
      turn('Update', 'My'),
      turn('Update', 'My order is'),
      turn('EagerEndOfTurn', 'My order is'),
      turn('TurnResumed', 'My order is'),
      turn('Update', 'My order is four'),
      turn('EagerEndOfTurn', 'My order is four.'),
      turn('EndOfTurn', 'My order is four.'),
    ]
    expect(readAll(createV2Reader(), messages)).toEqual([
      { type: 'speech-started' },
      { type: 'interim', text: 'My' },
      { type: 'interim', text: 'My order is' },
      { type: 'eager-end-of-turn', text: 'My order is' },
      { type: 'turn-resumed' },
      { type: 'interim', text: 'My order is four' },
      { type: 'eager-end-of-turn', text: 'My order is four.' },
      { type: 'final', text: 'My order is four.', confidence: 0.5 },
      { type: 'end-of-turn', text: 'My order is four.' },
    ])
  })

  it('ends no turn without words, and gives up an open one on flush', () => {
    const reader = createV2Reader()
    expect(readAll(reader, [turn('EagerEndOfTurn', ''), turn('EndOfTurn', '')])).toEqual([])
    readAll(reader, [turn('StartOfTurn', 'Wait')])
    expect(reader.flush().at(-1)).toEqual({ type: 'end-of-turn', text: 'Wait' })
    expect(reader.flush()).toEqual([])
  })

  it('fails on Error without repeating its text', () => {
    const [event] = createV2Reader().read(
      '{"type":"Error","sequence_id":9,"code":"INTERNAL_SERVER_ERROR","description":"key abc123 broke"}',
    )
    expect(event).toMatchObject({
      type: 'error',
      error: { kind: 'unreachable', providerCode: 'INTERNAL_SERVER_ERROR' },
    })
    expect(JSON.stringify(event)).not.toContain('abc123')
  })
})
