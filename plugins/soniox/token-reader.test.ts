import { describe, expect, it } from '@jest/globals'
import type { TokenReader } from './token-reader.ts'
import { createTokenReader } from './token-reader.ts'

type Piece = [text: string, isFinal?: boolean, startMs?: number]

const tokens = (pieces: Piece[], totalMs = 0) =>
  JSON.stringify({
    tokens: pieces.map(([text, is_final = false, start_ms]) => ({ text, is_final, start_ms, confidence: 0.9 })),
    total_audio_proc_ms: totalMs,
  })
const readAll = (reader: TokenReader, messages: string[]) => messages.flatMap((message) => reader.read(message))
const END: Piece = ['<end>', true]

describe('createTokenReader', () => {
  it('joins pieces of words, shows the whole turn, and tells a segment and the turn at <end>', () => {
    const messages = [
      tokens([['My'], [' num']]),
      tokens([['My', true], [' num'], ['ber'], [' is']]),
      tokens([[' num', true], ['ber', true], [' is', true], [' fi'], ['ve']]),
      tokens([[' fi', true], ['ve.', true], END]),
    ]
    expect(readAll(createTokenReader(), messages)).toEqual([
      { type: 'speech-started' },
      { type: 'interim', text: 'My num' },
      { type: 'interim', text: 'My number is' },
      { type: 'interim', text: 'My number is five' },
      { type: 'final', text: 'My number is five.', confidence: expect.closeTo(0.9) },
      { type: 'end-of-turn', text: 'My number is five.' },
    ])
  })

  it('gives what comes after <end> in the same message to the next turn', () => {
    const events = readAll(createTokenReader(), [tokens([['Yes.', true], END, [' And'], [' then']])])
    expect(events.map((event) => ('text' in event ? `${event.type} ${event.text}` : event.type))).toEqual([
      'speech-started',
      'final Yes.',
      'end-of-turn Yes.',
      'speech-started',
      'interim And then',
    ])
  })

  it('takes <fin> for an end, and ends no turn without words', () => {
    const reader = createTokenReader()
    expect(readAll(reader, [tokens([['<fin>', true]]), tokens([END]), tokens([]), tokens([[' ', true]])])).toEqual([])
    expect(
      readAll(reader, [
        tokens([
          ['Stop', true],
          ['<fin>', true],
        ]),
      ]).at(-1),
    ).toEqual({
      type: 'end-of-turn',
      text: 'Stop',
    })
  })

  it('replaces open tokens by the next message’s, also where they vanish', () => {
    const events = readAll(createTokenReader(), [tokens([['Hel'], ['p']]), tokens([['Hel'], ['lo']]), tokens([END])])
    expect(events.map((event) => ('text' in event ? event.text : event.type))).toEqual([
      'speech-started',
      'Help',
      'Hello',
    ])
  })

  it('tells long speech in segments that end with whole words', () => {
    const reader = createTokenReader()
    const events = readAll(reader, [
      tokens([['One', true, 100], [' two', true, 600], [' th']], 3900),
      tokens([[' th', true, 900], ['r']], 4300),
      tokens([['ree', true, 1100], [' four']], 4500),
      tokens([[' four', true, 4400], END], 5000),
    ])
    const finals = events.flatMap((event) => (event.type === 'final' ? [event.text] : []))
    expect(finals).toEqual(['One two three', 'four'])
    expect(events.at(-1)).toEqual({ type: 'end-of-turn', text: 'One two three four' })
  })

  it('gives up an open turn on flush, once', () => {
    const reader = createTokenReader()
    readAll(reader, [tokens([['Unfinished', true], [' bus']])])
    expect(reader.flush().at(-1)).toEqual({ type: 'end-of-turn', text: 'Unfinished' })
    expect(reader.flush()).toEqual([])
  })

  it('knows when everything was sent', () => {
    const reader = createTokenReader()
    expect(reader.isFinished).toBe(false)
    reader.read('{"tokens":[],"finished":true}')
    expect(reader.isFinished).toBe(true)
  })

  it.each([
    [{ error_code: 401, error_type: 'unauthenticated' }, 'rejected'],
    [{ error_code: 403, error_type: 'temp_api_key_session_expired' }, 'rejected'],
    [{ error_code: 403 }, 'limited'],
    [{ error_code: 402 }, 'out-of-credit'],
    [{ error_code: 0, error_type: 'project_monthly_budget_exhausted' }, 'out-of-credit'],
    [{ error_code: 402, error_type: 'some_new_type' }, 'out-of-credit'],
    [{ error_code: 429, error_type: 'limit_exceeded' }, 'rate-limited'],
    [{ error_code: 400, error_message: 'Invalid model specified.' }, 'invalid-request'],
    [{ error_code: 408 }, 'closed'],
    [{ error_code: 413, error_type: 'max_duration_reached' }, 'closed'],
    [{ error_code: 503 }, 'unreachable'],
    [{ error_message: 'no code at all' }, 'failed'],
  ])('takes %j for %s without repeating its text', (message, kind) => {
    const text = JSON.stringify({ tokens: [], error_message: 'key abc123', ...message, request_id: 'r 1 abc123' })
    const [event] = createTokenReader().read(text)
    expect(event).toMatchObject({ type: 'error', error: { kind } })
    const error = event?.type === 'error' ? event.error : undefined
    expect(`${error?.message} ${error?.providerCode} ${error?.requestId}`).not.toContain('abc123')
  })

  it.each(['', 'no json', '[]', 'null', '{"tokens":7}', '{"tokens":[7,{"text":1}]}', '{"new":true}'])(
    'passes over %j',
    (message) => {
      expect(createTokenReader().read(message)).toEqual([])
    },
  )
})
