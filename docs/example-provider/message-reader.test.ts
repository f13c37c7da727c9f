import { describe, expect, it } from '@jest/globals'
import { toCloseError } from './errors.ts'
import { createMessageReader } from './message-reader.ts'
import { buildStartRecognition } from './start-recognition.ts'

const says = (message: string, transcript: string) =>
  JSON.stringify({ message, metadata: { start_time: 0, end_time: 1, transcript }, results: [] })

describe('what Speechmatics says', () => {
  it('should be joined as it comes, marks that come alone included', () => {
    const reader = createMessageReader()
    const events = [
      says('AddPartialTranscript', 'my number '),
      says('AddTranscript', 'My number is '),
      says('AddPartialTranscript', 'five five'),
      says('AddTranscript', 'five five'),
      says('AddTranscript', '. '),
      '{"message":"EndOfUtterance","metadata":{}}',
      '{"message":"EndOfUtterance","metadata":{}}',
    ].flatMap((text) => reader.read(text))
    expect(events).toEqual([
      { type: 'interim', text: 'my number' },
      { type: 'final', text: 'My number is' },
      { type: 'interim', text: 'My number is five five' },
      { type: 'final', text: 'five five' },
      { type: 'final', text: '.' },
      { type: 'end-of-turn', text: 'My number is five five.' },
    ])
  })

  it.each([
    [4001, '', 'rejected'],
    [4005, 'quota_exceeded', 'rate-limited'],
    [4006, '', 'out-of-credit'],
    [1008, 'session_timeout', 'closed'],
    [1000, 'anything else', 'closed'],
  ])('should be understood from the close %i %s alone: %s', (code, reason, kind) => {
    expect(toCloseError({ code, reason })).toMatchObject({ kind, status: code })
  })
})

describe('what Speechmatics is asked for', () => {
  const format = { encoding: 'mulaw', sampleRate: 8000 } as const

  it.each([
    [{ language: 'en-GB' }, { language: 'en', output_locale: 'en-GB' }],
    [{ language: 'de-AT' }, { language: 'de' }],
    [{ language: 'zh-CN' }, { language: 'cmn' }],
    [{ keyterms: ['Brezel'] }, { additional_vocab: ['Brezel'] }],
  ])('should follow the options %j', (options, config) => {
    const { message, warnings } = buildStartRecognition({ format, ...options })
    expect(message.transcription_config).toMatchObject(config)
    expect(warnings).toEqual([])
  })
})
