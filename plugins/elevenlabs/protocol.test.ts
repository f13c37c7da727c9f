import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { parseServerMessage, toSocketUrl } from './protocol.ts'

type Example = { name: string; message: unknown }
const examples = JSON.parse(
  readFileSync(new URL('./fixtures/server-messages.json', import.meta.url), 'utf8'),
) as Example[]
const parseExample = (name: string) =>
  parseServerMessage(JSON.stringify(examples.find((example) => example.name === name)?.message ?? null))

describe('messages of the server', () => {
  it.each(['AudioOutput', 'AudioOutputMulti', 'AudioOutputMulti, as tabled in the schema'])(
    'should read the documented %s',
    (name) => {
      const chunk = parseExample(name)
      expect(chunk).toMatchObject({ type: 'chunk', isFinal: false })
      if (chunk.type !== 'chunk') return
      expect(chunk.audio?.toString()).toBe('curious minds think alike :)')
      expect(chunk.alignment?.chars.join('')).toBe('Hello world')
      expect(chunk.alignment?.starts[2]).toBe(7)
      expect(chunk.alignment?.durations[2]).toBe(2)
    },
  )

  it.each(['FinalOutput', 'FinalOutputMulti', 'FinalOutputMulti, as tabled in the schema'])(
    'should read the documented %s',
    (name) => {
      expect(parseExample(name)).toMatchObject({ type: 'chunk', isFinal: true, audio: undefined })
    },
  )

  it('should know the context in either spelling', () => {
    expect(parseExample('AudioOutputMulti')).toMatchObject({ contextId: 'conv_1' })
    expect(parseServerMessage('{"audio":"AAAA","context_id":"c"}')).toMatchObject({ contextId: 'c' })
  })

  it.each<[string, string]>([
    ['error frame', 'error'],
    ['flush_done', 'ignored'],
  ])('should tell a reported %s', (name, type) => {
    expect(parseExample(name).type).toBe(type)
  })

  it('should drop an alignment that does not fit together, and keep its audio', () => {
    const message = { audio: 'AAAA', alignment: { chars: ['a', 'b'], charStartTimesMs: [0], charsDurationsMs: [1, 2] } }
    expect(parseServerMessage(JSON.stringify(message))).toMatchObject({ type: 'chunk', alignment: undefined })
  })

  it('should fall back on the normalized alignment', () => {
    const normalizedAlignment = { chars: ['a'], charStartTimesMs: [0], charsDurationsMs: [5] }
    const chunk = parseServerMessage(JSON.stringify({ audio: 'AAAA', alignment: null, normalizedAlignment }))
    expect(chunk).toMatchObject({ alignment: { chars: ['a'] } })
  })

  it.each(['{"audio":', 'null', '7', '"x"'])('should call %s malformed', (text) => {
    expect(parseServerMessage(text).type).toBe('malformed')
  })
})

describe('the address of the socket', () => {
  it('should not let a voice id leave its place in the path', () => {
    const url = new URL(
      toSocketUrl({ origin: 'wss://x.example', voice: '../v1/user?a=', model: 'm', outputFormat: 'ulaw_8000' }),
    )
    expect(url.pathname).toBe('/v1/text-to-speech/..%2Fv1%2Fuser%3Fa%3D/multi-stream-input')
    expect(url.searchParams.get('model_id')).toBe('m')
  })
})
