import { describe, expect, it } from '@jest/globals'
import type { TurnReader } from './turn-reader.ts'
import { createTurnReader } from './turn-reader.ts'

/** `open` are words that may still change. */
const turn = (turn_order: number, transcript: string, open: string[] = [], extra: object = {}) =>
  JSON.stringify({
    type: 'Turn',
    turn_order,
    turn_is_formatted: false,
    end_of_turn: false,
    transcript,
    utterance: '',
    words: [
      ...transcript
        .split(' ')
        .filter(Boolean)
        .map((text) => ({ text, confidence: 0.9, word_is_final: true })),
      ...open.map((text) => ({ text, confidence: 0.5, word_is_final: false })),
    ],
    ...extra,
  })
const ended = (order: number, transcript: string, isFormatted: boolean) =>
  turn(order, transcript, [], { end_of_turn: true, turn_is_formatted: isFormatted, utterance: transcript })
const readAll = (reader: TurnReader, messages: string[]) => messages.flatMap((message) => reader.read(message))
const brief = (reader: TurnReader, messages: string[]) =>
  readAll(reader, messages).map((event) => ('text' in event ? `${event.type}: ${event.text}` : event.type))

const SPEECH = '{"type":"SpeechStarted","timestamp":1,"confidence":0.9}'

describe('createTurnReader', () => {
  it('follows a turn of Universal-Streaming: words, a pause that was no end, the end, the punctuation', () => {
    const messages = [
      turn(0, '', ['my']),
      turn(0, 'my order', ['num']),
      turn(0, 'my order number', [], { utterance: 'my order number' }),
      turn(0, 'my order number', ['is']),
      ended(0, 'my order number is four', false),
      ended(0, 'My order number is four.', true),
    ]
    expect(brief(createTurnReader({ isFormattedLater: true }), messages)).toEqual([
      'speech-started',
      'interim: my',
      'interim: my order num',
      'eager-end-of-turn: my order number',
      'turn-resumed',
      'interim: my order number is',
      'eager-end-of-turn: my order number is four',
      'final: My order number is four.',
      'end-of-turn: My order number is four.',
    ])
  })

  it('follows a turn of Universal-3: the start of speech, whole partials, one end', () => {
    const partial = (text: string) => {
      const words = text.split(' ').map((word) => ({ text: word, confidence: 0.9, word_is_final: false }))
      return turn(0, text, [], { words })
    }
    const reader = createTurnReader({ isFormattedLater: false })
    const events = readAll(reader, [
      SPEECH,
      partial('My order'),
      partial('My order number'),
      ended(0, 'My order.', true),
    ])
    expect(events).toEqual([
      { type: 'speech-started' },
      { type: 'interim', text: 'My order' },
      { type: 'interim', text: 'My order number' },
      { type: 'final', text: 'My order.', confidence: expect.closeTo(0.9) },
      { type: 'end-of-turn', text: 'My order.' },
    ])
  })

  it('resumes a turn that had probably ended when speech begins again', () => {
    const reader = createTurnReader({ isFormattedLater: false })
    const messages = [turn(0, 'wait', [], { utterance: 'wait' }), SPEECH, turn(0, 'wait', ['actually'])]
    expect(brief(reader, messages)).toEqual([
      'speech-started',
      'eager-end-of-turn: wait',
      'turn-resumed',
      'speech-started',
      'interim: wait actually',
    ])
  })

  it('ends a turn without its punctuation when the next begins, or the stream ends', () => {
    const reader = createTurnReader({ isFormattedLater: true })
    expect(brief(reader, [ended(0, 'yes', false), turn(1, '', ['and'])])).toEqual([
      'speech-started',
      'eager-end-of-turn: yes',
      'final: yes',
      'end-of-turn: yes',
      'speech-started',
      'interim: and',
    ])
    readAll(reader, [ended(1, 'and then', false)])
    expect(reader.flush().at(-1)).toEqual({ type: 'end-of-turn', text: 'and then' })
    expect(reader.flush()).toEqual([])
  })

  it('tells a turn once, whatever comes of it later', () => {
    const reader = createTurnReader({ isFormattedLater: false })
    const messages = [ended(0, 'yes', false), ended(0, 'Yes.', true), turn(0, 'yes', ['no']), ended(1, 'No.', true)]
    const ends = readAll(reader, messages).filter((event) => event.type === 'end-of-turn')
    expect(ends.map((event) => event.text)).toEqual(['yes', 'No.'])
  })

  it('ends no turn without words, and gives up an open one on flush', () => {
    const reader = createTurnReader({ isFormattedLater: true })
    expect(readAll(reader, [ended(0, '', false), ended(0, '', true), turn(1, '')])).toEqual([])
    readAll(reader, [turn(1, 'unfinished', ['bus'])])
    expect(reader.flush().at(-1)).toEqual({ type: 'end-of-turn', text: 'unfinished bus' })
  })

  it('takes Begin for the consent, with its id, and knows when everything was sent', () => {
    const reader = createTurnReader({ isFormattedLater: false })
    expect(reader.read('{"type":"Begin","id":"de5d9927-73a6"}')).toEqual([{ type: 'open', requestId: 'de5d9927-73a6' }])
    expect(reader.isTerminated).toBe(false)
    reader.read('{"type":"Termination","audio_duration_seconds":1}')
    expect(reader.isTerminated).toBe(true)
    expect(reader.read('{"type":"Warning","warning_code":12,"warning":"key abc123"}')).toEqual([
      { type: 'warning', message: 'AssemblyAI warns (12).' },
    ])
  })

  it.each([
    [1008, 'Unauthorized Connection: Missing Authorization header', 'rejected'],
    [1008, 'Unauthorized Connection: Account disabled', 'rejected'],
    [1008, 'Unauthorized Connection: Insufficient account balance', 'out-of-credit'],
    [1008, 'Your current account balance is negative. Please top up', 'out-of-credit'],
    [1008, 'Unauthorized Connection: Too many concurrent sessions', 'rate-limited'],
    [3009, 'Unauthorized Connection: Too many concurrent sessions', 'rate-limited'],
    [undefined, 'Unauthorized Connection: no', 'rejected'],
    [undefined, 'something else', 'failed'],
    [3005, 'An internal error: too many requests to the balance service', 'unreachable'],
    [3006, 'Invalid value for mode: balanced', 'invalid-request'],
    [3007, 'Input duration violation: 20.0 ms. Expected between 50 and 1000 ms', 'invalid-request'],
    [3007, 'Audio Transmission Rate Exceeded: Received 5.0 sec. audio in 1.0 sec', 'closed'],
    [3008, 'Session Expired: Maximum session duration exceeded', 'closed'],
    [4002, '', 'out-of-credit'],
    [4003, 'This feature is paid-only and requires you to add a credit card.', 'limited'],
  ])('takes the error %s %s for %s without repeating it', (error_code, error, kind) => {
    const text = JSON.stringify({ type: 'Error', error_code, error: `${error} (key abc123)` })
    const [event] = createTurnReader({ isFormattedLater: false }).read(text)
    expect(event).toMatchObject({ type: 'error', error: { kind } })
    expect(event?.type === 'error' && event.error.message).not.toContain('abc123')
  })

  it.each(['', 'no json', '[]', 'null', '{"type":"Turn"}', '{"type":"Turn","words":[7]}', '{"type":"Heartbeat"}'])(
    'passes over %j',
    (message) => {
      expect(createTurnReader({ isFormattedLater: true }).read(message)).toEqual([])
    },
  )
})
