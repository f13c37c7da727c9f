import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { parseServerMessage, toLanguage } from './protocol.ts'

const documented = JSON.parse(readFileSync(new URL('./fixtures/server-messages.json', import.meta.url), 'utf8')) as {
  name: string
  message: unknown
  reads: unknown
}[]

describe("Cartesia's messages", () => {
  it.each(documented)('should read $name', ({ message, reads }) => {
    const read = parseServerMessage(JSON.stringify(message))
    const audio = read.type === 'output' && read.audio ? { audio: read.audio.toString('latin1') } : {}
    expect(JSON.parse(JSON.stringify({ ...read, ...audio }))).toEqual(reads)
  })

  it.each(['', '{"type":', 'null', '"text"'])('should not stumble over %j', (text) => {
    expect(['malformed', 'ignored']).toContain(parseServerMessage(text).type)
  })

  it.each([
    ['en-US', 'en'],
    ['EN', 'en'],
    ['nb-NO', 'no'],
    ['fil-PH', 'tl'],
    ['cy', undefined],
    ['', undefined],
  ])('should name the language %j %j', (bcp47, language) => {
    expect(toLanguage(bcp47)).toBe(language)
  })
})
